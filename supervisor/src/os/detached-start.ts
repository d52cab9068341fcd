/**
 * Starting ourselves again in the background (setsid(2), daemon(7)); Node cannot fork.
 *
 * Guaranteed: the other process leads a session of its own, so the terminal's signals do not reach it, and it keeps our
 * working directory and umask. Until it is up it shares our stdout and stderr, and we hold one end of a pair of sockets
 * whose other end is its descriptor 3: its end without a word is its failure.
 * Not guaranteed: that it never gets a controlling terminal. As the leader of its session it gets one if it opens a
 * terminal by name.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, fstatSync, openSync, writeSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { markInheritedCloseOnExec } from './close-on-exec.ts'
import { call } from './libc.ts'
import { checked } from './system-error.ts'

/** Names the launcher's pid for the one it has started; whoever inherits it further has another parent. */
const MARK = 'CIRCUSD_LAUNCHER'

const LINK_FD = 3

/** How a start went: it is up and goes on, or it has ended before. */
export type StartOutcome =
  | { readonly type: 'up'; readonly pid: number }
  | { readonly type: 'ended'; readonly exitCode: number | null; readonly signal: string | null }

/**
 * Starts our own program with the same arguments in the background, and waits until it is up or has failed.
 * @param signal Aborted, it sends SIGTERM to what was started; the end is still waited for.
 * @throws {Error} If it cannot be spawned.
 */
export async function startDetached(signal: AbortSignal): Promise<StartOutcome> {
  // What our own parent has left open must not live as long as the daemon.
  markInheritedCloseOnExec()
  const args = [...process.execArgv, ...process.argv.slice(1)]
  const child = spawn(process.execPath, args, {
    detached: true,
    env: { ...process.env, [MARK]: String(process.pid) },
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  })
  signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true })
  const link = child.stdio[LINK_FD] as Readable
  const hasEnded = once(child, 'exit').then((args: unknown[]): StartOutcome => {
    const [exitCode, name] = args as [number | null, NodeJS.Signals | null]
    return { type: 'ended', exitCode, signal: name }
  })
  const isUp = once(link, 'data').then(
    (): StartOutcome => ({ type: 'up', pid: child.pid ?? 0 }),
    // The link broke: its end says more.
    () => hasEnded,
  )
  const outcome = await Promise.race([isUp, hasEnded])
  link.destroy()
  child.unref()
  return outcome
}

/** The side of the process in the background. */
export interface LauncherLink {
  /** Lets go of the launcher: stdout and stderr lead to /dev/null from now on, nothing leads to the launcher. */
  readonly release: () => void
}

/**
 * The link to whoever has started us by `startDetached`; undefined if nobody has. Takes the mark out of `environment`,
 * so that it goes to nobody else.
 */
export function takeLauncherLink(environment: NodeJS.ProcessEnv): LauncherLink | undefined {
  const mark = environment[MARK]
  delete environment[MARK]
  if (mark !== String(process.ppid) || !fstatSync(LINK_FD).isSocket()) return undefined
  return { release }
}

function release(): void {
  const nothing = openSync('/dev/null', 'r+')
  for (const fd of [1, 2]) {
    checked(call('int dup2(int, int)', nothing, fd), 'dup2', 'let go of the terminal')
  }
  closeSync(nothing)
  try {
    writeSync(LINK_FD, 'up')
  } catch {
    // EPIPE: the launcher was killed. We are up all the same.
  }
  closeSync(LINK_FD)
}
