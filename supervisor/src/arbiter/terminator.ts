import type { Announcement, Effect, ProcessRef } from '../core/effect.ts'
import type { ProcessEvent } from '../core/event.ts'
import type { ProcessIdentity } from '../os/procfs.ts'
import { killGroup, sendSignal, signalProcess } from '../os/signal.ts'
import { spawnProcess, type SpawnRequest } from '../os/spawn.ts'
import { nameOf, type Child, type Children } from './children.ts'
import type { Log } from './log.ts'
import type { Trees } from './trees.ts'
import type { WatcherHooks } from './watcher-hooks.ts'

type SignalEffect = Extract<Effect, { type: 'signal' }>

interface TerminatorOptions {
  readonly log: Log
  readonly children: Children
  readonly trees: Trees
  readonly hooks: WatcherHooks
  readonly announce: (announcement: Announcement) => void
  /** @throws {LaunchError} If there is no such program. */
  readonly stopCommand: (watcher: string, wid: number, pid: number) => SpawnRequest
  readonly tell: (process: ProcessRef, event: ProcessEvent) => void
}

/** Number of SIGKILL on every system that Node runs on. */
const SIGKILL = 9

/** Ends processes: by signals, with the hooks around them, by their stop command, or with everything they have started. */
export class Terminator {
  readonly #options: TerminatorOptions
  /** Pids of the commands under way, which lead their groups, by the process they are to end. */
  readonly #stopCommands = new Map<string, number>()

  constructor(options: TerminatorOptions) {
    this.#options = options
  }

  signal(effect: SignalEffect): void {
    const { hooks } = this.#options
    const { watcher } = effect.process
    const isAsked = effect.purpose !== 'hangup' && reachesProcess(effect)
    if (isAsked && hooks.has(watcher, 'before_signal')) void this.#signalIfAllowed(effect)
    else this.#send(effect)
  }

  /** SIGKILL to the process and everything it has started. A hook is told, but not waited for. */
  killTree(process: ProcessRef, pid: number): void {
    const { hooks, trees } = this.#options
    const facts = { pid, signum: SIGKILL }
    hooks.tell(process.watcher, 'before_signal', facts)
    trees.killAll(process)
    hooks.tell(process.watcher, 'after_signal', facts)
  }

  /** Runs the command that asks a process to end, as long as the process lives. */
  runStopCommand(process: ProcessRef, pid: number): void {
    const { children, trees, tell, stopCommand } = this.#options
    const child = children.find(process)
    if (child === undefined) return
    const fail = (reason: string): void => tell(process, { type: 'stopCommandFailed', reason })
    trees.snapshot(process)
    try {
      const command = spawnProcess(stopCommand(process.watcher, child.wid, pid), {
        exited: ({ exitCode, signal }) => {
          this.#stopCommands.delete(nameOf(process))
          if (exitCode !== 0) fail(signal === null ? `exit code ${exitCode}` : signal)
        },
        failed: (error) => fail(error.message),
      })
      if (command !== undefined) this.#stopCommands.set(nameOf(process), command.pid)
    } catch (error) {
      fail(error instanceof Error ? error.message : String(error))
    }
  }

  /** A process has ended: its stop command is not needed any more. To be called before what is left of it is swept. */
  noteExit(process: ProcessRef): void {
    const command = this.#stopCommands.get(nameOf(process))
    if (command === undefined) return
    this.#stopCommands.delete(nameOf(process))
    try {
      killGroup(command)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      this.#options.log('warning', `${process.watcher}: stop_command does not end: ${why}`)
    }
  }

  async #signalIfAllowed(effect: SignalEffect): Promise<void> {
    const { process, pid, signal } = effect
    const facts = { pid, signum: signal }
    const { isAllowed } = await this.#options.hooks.ask(process.watcher, 'before_signal', facts)
    if (isAllowed) this.#send(effect)
  }

  #send(effect: SignalEffect): void {
    const { children, hooks, announce } = this.#options
    const child = children.find(effect.process)
    // It may have ended while a hook was thinking, and its pid may mean somebody else.
    if (child === undefined) return
    this.#sendTo(child, effect)
    const { purpose, process, pid, signal } = effect
    if (purpose === 'stop') announce({ name: 'kill', watcher: process.watcher, pid })
    if (purpose !== 'hangup' && reachesProcess(effect)) {
      hooks.tell(process.watcher, 'after_signal', { pid, signum: signal })
    }
  }

  #sendTo({ ref, process }: Child, effect: SignalEffect): void {
    const { trees, log } = this.#options
    const { signal } = effect
    trees.snapshot(ref)
    const others = this.#othersOf(ref, effect)
    try {
      if (reachesProcess(effect)) sendSignal(process.pid, signal)
      for (const other of others) signalProcess(other, signal)
    } catch (error) {
      log('error', `${ref.watcher}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  /** Who gets the signal beside the process, or in its place. */
  #othersOf(ref: ProcessRef, { to }: SignalEffect): readonly ProcessIdentity[] {
    const { trees } = this.#options
    if (typeof to === 'object') return trees.children(ref).filter((one) => one.pid === to.childPid)
    switch (to) {
      case 'process':
        return []
      case 'children':
      case 'processAndChildren':
        return trees.children(ref)
      case 'tree':
        return trees.others(ref)
    }
  }
}

function reachesProcess({ to }: SignalEffect): boolean {
  return to === 'process' || to === 'tree' || to === 'processAndChildren'
}
