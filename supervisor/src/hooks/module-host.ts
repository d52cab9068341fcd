import { type ChildProcess, fork } from 'node:child_process'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Environment } from '../os/child-environment.ts'
import { openPipe, type Pipe } from '../os/pipe.ts'
import {
  cannotRun,
  failure,
  type HookCall,
  type HookOutcome,
  type ModuleTarget,
} from './hook-call.ts'
import type { HookLog } from './hook-log.ts'
import { endGroup, type HookProcess } from './hook-process.ts'
import { type HostReply, isHostReply } from './host-message.ts'
import { oneLine } from './one-line.ts'
import { statsFromText } from './stats-text.ts'

/** Found from dist/hooks/ and from a bundle beside dist/cli/circusd.js alike. */
const PROGRAM = fileURLToPath(new URL('../hooks/host-main.js', import.meta.url))

export type ModuleCall = HookCall & { readonly target: ModuleTarget }

interface CallUnderWay {
  readonly call: ModuleCall
  readonly settle: (outcome: HookOutcome) => void
  readonly deadline: NodeJS.Timeout
}

/**
 * One process which runs module hooks, several at a time. A process and not a worker thread: a hook which exits, crashes
 * natively or blocks in a system call ends or holds itself only. Measured with Node 20: first answer after 40 ms and
 * 8 MB of memory of its own; a worker thread was no better in either.
 */
export class ModuleHost implements HookProcess {
  readonly ended: Promise<void>
  readonly #child: ChildProcess
  readonly #log: HookLog
  readonly #calls = new Map<number, CallUnderWay>()
  #lastId = 0
  /** The first hook which missed its deadline: it may be what keeps the others from answering. */
  #hung: string | undefined
  #isRetired = false
  #hasEnded = false

  /** @throws {SystemError} EMFILE, ENFILE. */
  constructor(options: { watcher: string; cwd: string; env: Environment; log: HookLog }) {
    this.#log = options.log
    const pipes: Pipe[] = []
    try {
      for (let count = 0; count < 2; count += 1) pipes.push(openPipe())
      this.#child = launch(options, pipes)
      // The hooks of one process run at the same time, so their lines cannot be told apart.
      for (const { readable } of pipes) {
        void options.log.read(readable, `hooks of ${options.watcher}`)
      }
    } catch (error) {
      for (const { readable } of pipes) readable.destroy()
      throw error
    } finally {
      for (const pipe of pipes) pipe.closeWriteEnd()
    }
    this.#child.on('message', (message) => this.#take(message))
    this.ended = this.#awaitEnd()
  }

  /** False once no further call may be made: it is being ended, or has ended. */
  get isUsable(): boolean {
    return !this.#isRetired
  }

  run(call: ModuleCall, cwd: string): Promise<HookOutcome> {
    this.#lastId += 1
    const id = this.#lastId
    const { hook, target, context, timeoutMs } = call
    return new Promise((settle) => {
      const deadline = setTimeout(() => this.#missDeadline(id), timeoutMs)
      this.#calls.set(id, { call, settle, deadline })
      const request = {
        id,
        module: resolve(cwd, target.module),
        export: target.export,
        context: { ...context, hookName: hook },
      }
      try {
        // A request that cannot be sent has its end with that of the process.
        this.#child.send(request, () => {})
      } catch (error) {
        this.#settle(id, cannotRun(call, `its context is no JSON: ${oneLine(error)}`))
      }
    })
  }

  /** Takes no further call. The process is ended when those under way have ended. */
  retire(): void {
    this.#isRetired = true
    if (this.#calls.size === 0) this.#end()
  }

  kill(reason: string): void {
    this.#isRetired = true
    this.#failAll(reason)
    this.#end()
  }

  #take(message: unknown): void {
    if (!isHostReply(message)) return
    const underWay = this.#calls.get(message.id)
    if (underWay === undefined) return
    // Node remembers a module that it could not load.
    if (message.kind === 'unloadable') this.#isRetired = true
    this.#settle(message.id, outcomeOf(underWay.call, message))
  }

  #missDeadline(id: number): void {
    const underWay = this.#calls.get(id)
    if (underWay === undefined) return
    const { hook, timeoutMs } = underWay.call
    const before = this.#hung === undefined ? '' : `; ${this.#hung} in the same process has hung`
    this.#hung ??= hook
    // The others may be well: this hook may only wait for something. Ended with the last of them at the latest.
    this.#isRetired = true
    this.#settle(id, cannotRun(underWay.call, `no answer within ${timeoutMs} ms${before}`))
  }

  #settle(id: number, outcome: HookOutcome): void {
    const underWay = this.#calls.get(id)
    if (underWay === undefined) return
    clearTimeout(underWay.deadline)
    this.#calls.delete(id)
    underWay.settle(outcome)
    if (this.#isRetired) this.retire()
  }

  #failAll(reason: string): void {
    for (const [id, { call }] of this.#calls) this.#settle(id, cannotRun(call, reason))
  }

  #end(): void {
    const { pid } = this.#child
    if (pid !== undefined && !this.#hasEnded) endGroup(pid, this.#log)
  }

  async #awaitEnd(): Promise<void> {
    const reaped = (): void => {
      this.#isRetired = true
      this.#hasEnded = true
    }
    // Nothing can be asked of a process whose hook has closed the channel. One that dies is about to be reaped.
    const disconnected = (): void => {
      this.#isRetired = true
      this.#end()
    }
    this.#failAll(await endOf(this.#child, reaped, disconnected))
  }
}

function launch(
  { watcher, cwd, env }: { watcher: string; cwd: string; env: Environment },
  pipes: readonly Pipe[],
): ChildProcess {
  return fork(PROGRAM, [watcher], {
    cwd,
    env,
    // Its own group, so that what a hook has started ends with it.
    detached: true,
    // Options of the daemon's Node (an inspector's port) are not for it.
    execArgv: [],
    stdio: ['ignore', ...pipes.map(({ writeFd }) => writeFd), 'ipc'],
  })
}

/** Resolves with the reason of the end when the process was reaped and every answer of it was read. */
function endOf(child: ChildProcess, reaped: () => void, disconnected: () => void): Promise<string> {
  return new Promise((resolve) => {
    let reason: string | undefined
    child.on('error', (error) => {
      // With a process, a request could not be sent to it: its end follows.
      if (child.pid !== undefined) return
      reaped()
      resolve(`its process cannot be started: ${oneLine(error)}`)
    })
    child.once('exit', (code, signal) => {
      reaped()
      reason =
        signal === null ? `its process exited with code ${code}` : `its process died of ${signal}`
      if (!child.connected) resolve(reason)
    })
    child.once('disconnect', () => {
      if (reason === undefined) disconnected()
      else resolve(reason)
    })
  })
}

function outcomeOf(call: ModuleCall, reply: HostReply): HookOutcome {
  if (reply.kind !== 'answered') return failure(call, reply.error)
  const { kind, isTrue, stats } = reply
  if (stats === undefined) return { kind, isTrue }
  try {
    return { kind, isTrue, value: statsFromText(stats) }
  } catch (error) {
    return failure(call, oneLine(error))
  }
}
