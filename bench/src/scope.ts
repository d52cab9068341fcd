import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openListener, type Listener } from '../../supervisor/dist/os/socket.js'
import { killMarked } from './marked-processes.ts'
import { measuredEnvironment } from './measured-environment.ts'

const MARK = 'BIGTOP_BENCH_SCOPE'

/** Enough for the last words of a few programs. */
const LAST_LINES = 20

/**
 * Everything a scenario starts: processes with all their descendants, listening sockets, a temporary directory. It ends
 * with the scenario, also when that throws or when the harness exits.
 *
 * Processes are found by a mark in their environment which no other has. So are found: those whose parent has died, those
 * in a session of their own, and those which a daemon starts while we kill.
 */
export class Scope {
  /** Temporary, removed with the scope. */
  readonly directory: string
  /** Part of the environment of all processes of the scope. A program which gives its children a clean one must keep it. */
  readonly mark: { readonly name: string; readonly value: string }
  readonly #stderr: number
  readonly #listeners: Listener[] = []
  readonly #onExit = (): void => this.close()
  #isOpen = true

  /** Does the work in a new scope, which ends with it. If it fails, the last lines which the programs wrote to stderr are shown. */
  static async run<Result>(work: (scope: Scope) => Promise<Result>): Promise<Result> {
    const scope = new Scope()
    try {
      return await work(scope)
    } catch (error) {
      console.error(scope.lastWords())
      throw error
    } finally {
      scope.close()
    }
  }

  constructor() {
    this.directory = mkdtempSync(join(tmpdir(), 'bigtop-bench-'))
    this.#stderr = openSync(join(this.directory, 'stderr.log'), 'a')
    this.mark = { name: MARK, value: randomUUID() }
    process.once('exit', this.#onExit)
  }

  /** The file to which programs write their errors, as a descriptor for `stdio`. */
  get stderr(): number {
    return this.#stderr
  }

  /** As `spawn` of node:child_process, in `directory`, with the `measuredEnvironment`; by default stderr is kept for `lastWords`. */
  spawn(program: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
    return spawn(program, args, {
      stdio: ['ignore', 'ignore', this.#stderr],
      cwd: this.directory,
      ...options,
      env: {
        ...measuredEnvironment(this.directory),
        [this.mark.name]: this.mark.value,
        ...options.env,
      },
    })
  }

  /** A listening socket at a free port of 127.0.0.1, on which nobody accepts before a child does. */
  listen(): Listener {
    const listener = openListener({
      name: 'web',
      family: 'inet',
      host: '127.0.0.1',
      port: 0,
      path: '',
      umask: undefined,
      replace: false,
      backlog: 2048,
      blocking: false,
    })
    this.#listeners.push(listener)
    return listener
  }

  /** A port of 127.0.0.1 which was free a moment ago, for programs which take no inherited socket. */
  freePort(): number {
    const listener = this.listen()
    listener.close()
    return listener.port
  }

  /** The end of what programs wrote to stderr, unless they were started with another one. */
  lastWords(): string {
    const lines = readFileSync(join(this.directory, 'stderr.log'), 'utf8').trimEnd().split('\n')
    return lines.slice(-LAST_LINES).join('\n')
  }

  /** Kills, closes and removes all of it. Synchronous, since it must also work while the harness exits. Idempotent. */
  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    process.removeListener('exit', this.#onExit)
    killMarked(this.mark.name, this.mark.value)
    for (const listener of this.#listeners) listener.close()
    closeSync(this.#stderr)
    rmSync(this.directory, { recursive: true, force: true })
  }
}
