import assert from 'node:assert/strict'
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { newHome, within } from './daemon-under-test.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const circusd = join(root, 'supervisor', 'bin', 'circusd.js')

/** Sets LISTEN_PID as systemd does: to the pid of the program itself. */
const EXPORT_LISTEN_PID = 'export LISTEN_PID=$$; exec "$@"'

export interface CircusdOptions {
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Descriptors which circusd gets as 3, 4, ... as from systemd. */
  readonly sockets?: readonly number[]
}

/** A temp directory which is removed at the end, with every circusd that was started in it. */
export class CircusdHome implements AsyncDisposable {
  readonly path: string
  readonly #started: CircusdProcess[] = []

  constructor(files: Readonly<Record<string, string>>) {
    this.path = newHome(files)
  }

  file(name: string): string {
    return join(this.path, name)
  }

  /** Starts circusd on circus.ini, with whatever arguments and variables. */
  start({ args = [], env = {}, sockets = [] }: CircusdOptions = {}): CircusdProcess {
    const { NODE_EXTRA_CA_CERTS: _, ...environment } = process.env
    const line = [process.execPath, circusd, ...args, 'circus.ini']
    const [program = '', ...words] =
      sockets.length > 0 ? ['sh', '-c', EXPORT_LISTEN_PID, 'sh', ...line] : line
    const stdio: StdioOptions = ['ignore', 'pipe', 'pipe', ...sockets]
    const path = [join(root, 'node_modules', '.bin'), environment['PATH']].join(delimiter)
    const child = spawn(program, words, {
      cwd: this.path,
      env: { ...environment, PATH: path, CIRCUS_RUNTIME_DIR: this.file('run'), ...env },
      stdio,
    })
    const started = new CircusdProcess(child)
    this.#started.push(started)
    return started
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const one of this.#started) await one.end()
    rmSync(this.path, { recursive: true, force: true })
  }
}

/** One circusd, and what it says. */
export class CircusdProcess {
  readonly child: ChildProcess
  stdout = ''
  stderr = ''
  /** Resolves with the exit code when it has ended and nobody holds its output any more. */
  readonly closed: Promise<number | null>
  #look = (): void => {}

  constructor(child: ChildProcess) {
    this.child = child
    child.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()))
    child.stderr?.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString()
      this.#look()
    })
    this.closed = once(child, 'close').then(([code]: (number | null)[]) => code ?? null)
  }

  get pid(): number {
    return this.child.pid ?? assert.fail('circusd was not started')
  }

  /** Resolves when it has said `text` on standard error, that many times. */
  async says(text: string, times = 1): Promise<void> {
    const said = new Promise<void>((resolve) => {
      this.#look = () => {
        if (this.stderr.split(text).length > times) resolve()
      }
    })
    this.#look()
    await within(said, `"${text}" (${times}); circusd said:\n${this.stderr}`)
  }

  exitCode(): Promise<number | null> {
    return within(this.closed, `the end of circusd, which said:\n${this.stderr}`)
  }

  /** Ends it, with everything it has started. */
  async end(): Promise<void> {
    const wish = (): boolean => this.child.kill('SIGTERM')
    const impatience = setInterval(wish, 200)
    if (this.child.exitCode === null && this.child.signalCode === null) wish()
    await this.exitCode().finally(() => clearInterval(impatience))
  }
}
