/**
 * Starting a child (fork(2), setsid(2), execve(2), done by libuv).
 *
 * Guaranteed: the child leads its own session and process group, whose number is its pid. It holds the descriptors it was
 * given and no other of ours, as all of ours are close-on-exec. libuv gives it the default action for every signal below
 * 32, ignored ones too (nohup does not reach our children). Between the spawn and our return to the event loop the child
 * cannot be reaped, so its pid is sure and its start time can be read.
 * Not guaranteed: that the end of its output comes with its exit, since its own children may hold the pipes. Node tells
 * ENOENT alike for a missing program, interpreter and working directory, and death by a real-time signal as exit code 0.
 */
import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import type { Readable } from 'node:stream'
import { openPipe, type Pipe } from './pipe.ts'
import { startTime } from './procfs.ts'
import { explainSpawnFailure, type SpawnError } from './spawn-error.ts'

/** sh -c: $$ is the pid of the shell, and of the program which takes its place. */
const EXPORT_LISTEN_PID = 'export LISTEN_PID=$$; exec "$@"'

/** Where one of the first three descriptors of a child leads: /dev/null, the same as ours, or a descriptor of ours. */
export type Stdin = 'null' | 'inherit' | number
/** As for stdin, or a pipe which we read. */
export type Output = 'null' | 'inherit' | 'pipe'

export interface SpawnRequest {
  /** Absolute path, see `findProgram`. */
  readonly program: string
  /** First word of the child's command line; default `program`. A shell cannot set it: ignored with `listenPid`. */
  readonly argv0?: string
  readonly args: readonly string[]
  /** Absolute path. */
  readonly cwd: string
  /** The whole environment: nothing of ours is added. */
  readonly env: Readonly<Record<string, string>>
  readonly stdin: Stdin
  readonly stdout: Output
  readonly stderr: Output
  /** Listening sockets by our descriptors; the child has them from 3 on, in this order. */
  readonly sockets: readonly number[]
  /** A notify pipe at the first descriptor after the sockets. */
  readonly notify: boolean
  /**
   * Sets LISTEN_PID, by way of /bin/sh, which is replaced by the program: the pid stays. dash drops variables whose name
   * is no shell identifier and adds PWD.
   */
  readonly listenPid: boolean
  /** Needs privilege. Supplementary groups are dropped. Default: ours. */
  readonly uid?: number
  readonly gid?: number
}

/** How a process ended: by `exitCode`, or by the signal whose name is given. */
export interface ExitStatus {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
}

/** Exactly one of the two is called, once, never before `spawnProcess` has returned. */
export interface SpawnCallbacks {
  /** The process ended and was reaped: its pid means nothing any more. Its output may still be coming. */
  readonly exited: (status: ExitStatus) => void
  /** There was no process. */
  readonly failed: (error: SpawnError) => void
}

/** A process we started. The caller owns the pipes and destroys them. */
export interface SpawnedProcess {
  readonly pid: number
  /** With the pid the name of the process for this boot; undefined where the system does not tell. */
  readonly startTime: number | undefined
  readonly stdout: Readable | null
  readonly stderr: Readable | null
  readonly notify: Readable | null
}

/** Starts a process; undefined if that failed, and then `on.failed` says why. */
export function spawnProcess(
  request: SpawnRequest,
  on: SpawnCallbacks,
): SpawnedProcess | undefined {
  const pipes: Pipe[] = []
  try {
    const stdout = pipeIf(request.stdout === 'pipe', pipes)
    const stderr = pipeIf(request.stderr === 'pipe', pipes)
    const notify = pipeIf(request.notify, pipes)
    const child = launch(request, [
      request.stdin,
      stdout?.writeFd ?? request.stdout,
      stderr?.writeFd ?? request.stderr,
      ...request.sockets,
      ...(notify === null ? [] : [notify.writeFd]),
    ])
    child.once('exit', (exitCode, signal) => on.exited({ exitCode, signal }))
    child.once('error', (cause) =>
      on.failed(explainSpawnFailure(request.program, request.cwd, cause)),
    )
    if (child.pid === undefined) {
      destroy(pipes)
      return undefined
    }
    return {
      pid: child.pid,
      startTime: startTime(child.pid),
      stdout: stdout?.readable ?? null,
      stderr: stderr?.readable ?? null,
      notify: notify?.readable ?? null,
    }
  } catch (cause) {
    destroy(pipes)
    const error = explainSpawnFailure(request.program, request.cwd, cause)
    process.nextTick(() => on.failed(error))
    return undefined
  } finally {
    for (const pipe of pipes) pipe.closeWriteEnd()
  }
}

function pipeIf(isWanted: boolean, pipes: Pipe[]): Pipe | null {
  if (!isWanted) return null
  const pipe = openPipe()
  pipes.push(pipe)
  return pipe
}

function destroy(pipes: readonly Pipe[]): void {
  for (const pipe of pipes) pipe.readable.destroy()
}

function launch(
  { program, argv0, args, cwd, env, listenPid, uid, gid }: SpawnRequest,
  descriptors: readonly (Stdin | Output)[],
): ChildProcess {
  const stdio = descriptors.map((descriptor, fd) => {
    if (descriptor === 'inherit') return fd
    return descriptor === 'null' ? 'ignore' : descriptor
  })
  const options: SpawnOptions = {
    cwd,
    env,
    stdio,
    detached: true,
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
  }
  if (!listenPid) return spawn(program, args, { ...options, argv0: argv0 ?? program })
  // The shell would start and only then fail to become the program.
  accessSync(program, constants.X_OK)
  return spawn('/bin/sh', ['-c', EXPORT_LISTEN_PID, 'sh', program, ...args], options)
}
