import type { Environment } from '../os/child-environment.ts'
import { findProgram } from '../os/find-program.ts'
import { type InputPipe, openInputPipe } from '../os/input-pipe.ts'
import { type ExitStatus, type SpawnedProcess, spawnProcess } from '../os/spawn.ts'
import { execEnvironment } from './exec-environment.ts'
import { cannotRun, type ExecTarget, type HookCall, type HookOutcome } from './hook-call.ts'
import type { HookLog } from './hook-log.ts'
import { endGroup, type HookProcess } from './hook-process.ts'
import { oneLine } from './one-line.ts'
import { MAX_STATS_CHARACTERS, statsFromText } from './stats-text.ts'

export type ExecCall = HookCall & { readonly target: ExecTarget }

/** What an ended program has said: its exit, and for extended_stats its whole standard output. */
interface Answer {
  readonly status: ExitStatus
  readonly stdout: string
}

/**
 * One run of a program. Exit code 0 is true, any other false; death by a signal is a failure, as is a program that cannot be
 * started. For extended_stats its standard output, if there is any, is the statistics as JSON.
 */
export class ExecHook implements HookProcess {
  readonly outcome: Promise<HookOutcome>
  readonly ended: Promise<void>
  readonly #call: ExecCall
  readonly #log: HookLog
  readonly #deadline: NodeJS.Timeout
  #settle: (outcome: HookOutcome) => void = () => {}
  #reaped: () => void = () => {}
  /** Undefined once it was reaped: its number may mean another process then. */
  #pid: number | undefined

  constructor(call: ExecCall, options: { cwd: string; env: Environment; log: HookLog }) {
    this.#call = call
    this.#log = options.log
    this.outcome = new Promise((resolve) => (this.#settle = resolve))
    this.ended = new Promise((resolve) => (this.#reaped = resolve))
    this.#deadline = setTimeout(
      () => this.kill(`no answer within ${call.timeoutMs} ms`),
      call.timeoutMs,
    )
    this.#start(options)
  }

  kill(reason: string): void {
    if (this.#pid !== undefined) endGroup(this.#pid, this.#log)
    this.#finish(cannotRun(this.#call, reason))
  }

  #start({ cwd, env }: { cwd: string; env: Environment }): void {
    const [name = '', ...args] = this.#call.target.words
    const program = findProgram(name, env['PATH'], cwd)
    if (program === undefined) return this.#fail(`there is no executable file "${name}"`)
    try {
      const { hook, context } = this.#call
      const stdin = openInputPipe(JSON.stringify({ ...context, hookName: hook }))
      try {
        this.#launch(program, args, cwd, env, stdin)
      } finally {
        stdin.closeReadEnd()
      }
    } catch (error) {
      this.#fail(oneLine(error))
    }
  }

  #launch(
    program: string,
    args: readonly string[],
    cwd: string,
    env: Environment,
    stdin: InputPipe,
  ): void {
    let exited: (status: ExitStatus) => void = () => {}
    const exit = new Promise<ExitStatus>((resolve) => (exited = resolve))
    const process = spawnProcess(
      {
        program,
        args,
        cwd,
        env: execEnvironment(env, this.#call),
        stdin: stdin.readFd,
        stdout: 'pipe',
        stderr: 'pipe',
        sockets: [],
        notify: false,
        listenPid: false,
        credentials: null,
        umask: null,
        nice: null,
        limits: [],
      },
      {
        exited: (status) => {
          this.#pid = undefined
          stdin.destroy()
          this.#reaped()
          exited(status)
        },
        failed: (error) => {
          stdin.destroy()
          this.#fail(oneLine(error))
        },
      },
    )
    if (process === undefined) return
    this.#pid = process.pid
    void this.#answer(exit, this.#read(process))
  }

  /** Resolves with the standard output of extended_stats; other output is the log's, and nothing waits for it. */
  #read({ stdout, stderr }: SpawnedProcess): Promise<string> {
    const { hook, watcher } = this.#call
    const prefix = `${hook} of ${watcher}`
    if (stderr !== null) void this.#log.read(stderr, prefix)
    if (stdout === null) return Promise.resolve('')
    if (hook === 'extended_stats') return this.#log.collect(stdout, MAX_STATS_CHARACTERS)
    void this.#log.read(stdout, prefix)
    return Promise.resolve('')
  }

  async #answer(exit: Promise<ExitStatus>, output: Promise<string>): Promise<void> {
    const [status, stdout] = await Promise.all([exit, output])
    this.#finish(outcomeOf(this.#call, { status, stdout }))
  }

  #fail(reason: string): void {
    this.#reaped()
    this.#finish(cannotRun(this.#call, reason))
  }

  #finish(outcome: HookOutcome): void {
    clearTimeout(this.#deadline)
    this.#settle(outcome)
  }
}

function outcomeOf(call: ExecCall, { status, stdout }: Answer): HookOutcome {
  if (status.signal !== null) return cannotRun(call, `it died of ${status.signal}`)
  const isTrue = status.exitCode === 0
  if (stdout.trim() === '') return { kind: 'answered', isTrue }
  try {
    return { kind: 'answered', isTrue, value: statsFromText(stdout) }
  } catch (error) {
    return cannotRun(call, oneLine(error))
  }
}
