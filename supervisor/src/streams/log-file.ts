import { close, fstat, open, openSync, rename, write } from 'node:fs'
import { promisify } from 'node:util'
import { errorCode, toSystemError } from '../os/system-error.ts'
import type { WriteTarget } from './queued-writer.ts'

/** When a log file is moved away. Circus: `max_bytes`, `backup_count`; 0 for either means never. */
export interface Rotation {
  readonly maxBytes: number
  readonly backupCount: number
}

const LINE_FEED = 0x0a

/**
 * A file to which whole lines are appended. Before a line would make it `maxBytes` long or longer, the file becomes `.1`,
 * `.1` becomes `.2` and so on up to `.backupCount`, as Circus' FileStream does it. The real length is looked up each time,
 * so somebody else may truncate the file (logrotate's copytruncate).
 */
export class LogFile implements WriteTarget {
  readonly name: string
  readonly #rotation: Rotation
  /** Undefined after a failed attempt to open the file anew: the next write tries again. */
  #fd: number | undefined

  /** @throws {SystemError} If the file cannot be opened for appending: its directory is missing, ... */
  constructor(path: string, rotation: Rotation) {
    this.name = path
    this.#rotation = rotation
    try {
      this.#fd = openSync(path, 'a')
    } catch (error) {
      throw toSystemError(error, `open ${path}`)
    }
  }

  /** Writes up to the end of the lines which fit into the file. */
  async write(bytes: Buffer): Promise<number> {
    const fd = this.#fd ?? (await this.#open())
    const fitting = await this.#fittingBytes(fd, bytes)
    if (fitting === 0) {
      await this.#rotate()
      return 0
    }
    const { bytesWritten } = await writeAsync(fd, bytes, 0, fitting, null)
    return bytesWritten
  }

  async reopen(): Promise<void> {
    await this.close()
    await this.#open()
  }

  async close(): Promise<void> {
    const fd = this.#fd
    this.#fd = undefined
    if (fd !== undefined) await closeAsync(fd)
  }

  async #open(): Promise<number> {
    this.#fd = await openAsync(this.name, 'a')
    return this.#fd
  }

  async #fittingBytes(fd: number, bytes: Buffer): Promise<number> {
    const { maxBytes, backupCount } = this.#rotation
    if (maxBytes === 0 || backupCount === 0) return bytes.length
    const { size } = await fstatAsync(fd)
    const fitting = wholeLines(bytes, maxBytes - 1 - size)
    // A line longer than a file may be goes into a file of its own.
    return fitting === 0 && size === 0 ? wholeLines(bytes, bytes.indexOf(LINE_FEED) + 1) : fitting
  }

  async #rotate(): Promise<void> {
    for (let number = this.#rotation.backupCount; number > 0; number -= 1) {
      const newer = number === 1 ? this.name : `${this.name}.${number - 1}`
      await renameIfThere(newer, `${this.name}.${number}`)
    }
    await this.reopen()
  }
}

/** Length of the lines at the front of `bytes` which take no more than `room` bytes together. */
function wholeLines(bytes: Buffer, room: number): number {
  if (bytes.length <= room) return bytes.length
  return room > 0 ? bytes.lastIndexOf(LINE_FEED, room - 1) + 1 : 0
}

async function renameIfThere(from: string, to: string): Promise<void> {
  try {
    await renameAsync(from, to)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
  }
}

const closeAsync = promisify(close)
const fstatAsync = promisify(fstat)
const openAsync = promisify(open)
const renameAsync = promisify(rename)
const writeAsync = promisify(write)
