import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { listensOn } from '../../../supervisor/dist/os/listens-on.js'
import { listeningInodes } from '../../../supervisor/dist/os/port-holder.js'
import { children } from '../../../supervisor/dist/os/procfs.js'
import { programs } from '../programs.ts'
import type { Scope } from '../scope.ts'
import { until } from '../until.ts'

/** Longest wait of circusctl for an answer, in s: a reload lasts until the old workers have drained. */
const CONTROL_TIMEOUT = '60'

/** The workers of a circusd under measure: `runner --fd 3 APP`, behind one socket. */
export interface CircusdOptions {
  /** File of the app. */
  readonly app: string
  readonly workers: number
}

/** A circusd with its watcher `web`, started from a configuration of its own. */
export class Circusd {
  readonly pid: number
  readonly port: number
  readonly #scope: Scope
  readonly #child: ChildProcess
  readonly #endpoint: string

  /** Resolves when all workers accept connections. */
  static async start(scope: Scope, options: CircusdOptions): Promise<Circusd> {
    const circusd = Circusd.launch(scope, options)
    const areAccepting = (): boolean => {
      if (circusd.#child.exitCode !== null) throw new Error('Cannot start circusd: it ended')
      return circusd.acceptingPids().length >= options.workers
    }
    await until(areAccepting, `${options.workers} workers of circusd accept connections`)
    return circusd
  }

  /** Starts it and waits for nothing. */
  static launch(scope: Scope, options: CircusdOptions): Circusd {
    return new Circusd(scope, options)
  }

  private constructor(scope: Scope, options: CircusdOptions) {
    this.#scope = scope
    this.#endpoint = `ipc://${join(scope.directory, 'control')}`
    this.port = scope.freePort()
    const file = join(scope.directory, 'circus.ini')
    writeFileSync(file, configuration(scope, this.#endpoint, this.port, options))
    this.#child = scope.spawn(process.execPath, [programs.circusd, file])
    if (this.#child.pid === undefined) throw new Error('Cannot start circusd: it has no pid')
    this.pid = this.#child.pid
  }

  /** Its children. It has no others than the workers: statistics and console are off. */
  workerPids(): readonly number[] {
    return children(this.pid)
  }

  /** Workers which wait for connections on the port. */
  acceptingPids(): readonly number[] {
    const inodes = listeningInodes(readFileSync('/proc/net/tcp', 'utf8'), this.port)
    return this.workerPids().filter((pid) => listensOn(pid, inodes))
  }

  /** Arguments of node for a circusctl of this circusd. */
  controlArguments(...command: readonly string[]): readonly string[] {
    const options = ['--endpoint', this.#endpoint, '--timeout', CONTROL_TIMEOUT]
    return [programs.circusctl, ...options, ...command]
  }

  /**
   * Runs circusctl.
   * @throws {Error} If it exits with another code than 0; `Scope.run` shows what it says.
   */
  async control(...command: readonly string[]): Promise<void> {
    const child = this.#scope.spawn(process.execPath, this.controlArguments(...command))
    const [exitCode] = (await once(child, 'exit')) as [number | null]
    if (exitCode !== 0) throw new Error(`Cannot ${command.join(' ')}: circusctl gave ${exitCode}`)
  }
}

function configuration(
  { directory, mark }: Scope,
  endpoint: string,
  port: number,
  { app, workers }: CircusdOptions,
): string {
  return `[circus]
endpoint = ${endpoint}
pubsub_endpoint = ipc://${join(directory, 'events')}

[env]
${mark.name} = ${mark.value}

[socket:web]
host = 127.0.0.1
port = ${port}

[watcher:web]
cmd = ${process.execPath} ${programs.runner} --fd $(circus.sockets.web) ${app}
numprocesses = ${workers}
use_sockets = true
`
}
