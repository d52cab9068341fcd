/**
 * Starting a child (fork(2), setsid(2), execve(2), done by libuv).
 *
 * What libuv cannot do is done by a shell, which then becomes the program (prologue.ts), and by us, while that shell waits
 * at a gate (gate.ts). So nothing of the program ever runs without what was asked for.
 * Guaranteed: the child leads its own session and process group, whose number is its pid. It holds the descriptors it was
 * given and no other of ours, as all of ours are close-on-exec. libuv gives it the default action for every signal below
 * 32, ignored ones too (nohup does not reach our children). Between the spawn and our return to the event loop the child
 * cannot be reaped, so its pid is sure and its start time can be read.
 * Not guaranteed: that the end of its output comes with its exit, since its own children may hold the pipes. Node tells
 * ENOENT alike for a missing program, interpreter and working directory, and death by a real-time signal as exit code 0.
 */
import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { constants as system } from 'node:os'
import type { Readable } from 'node:stream'
import { requireExecutable, spawnAs, type Credentials } from './credentials.ts'
import { makeGate, type Gate } from './gate.ts'
import { setNiceness } from './niceness.ts'
import { openPipe, type Pipe } from './pipe.ts'
import { startTime } from './procfs.ts'
import { type Descriptor, prologueOf } from './prologue.ts'
import { limitResource, type ResourceLimit } from './resource-limit.ts'
import { sendSignal } from './signal.ts'
import { explainSpawnFailure, type SpawnError } from './spawn-error.ts'

/** Where one of the first three descriptors of a child leads: /dev/null, the same as ours, or a descriptor of ours. */
export type Stdin = 'null' | 'inherit' | number
/** As for stdin, or a pipe which we read. */
export type Output = 'null' | 'inherit' | 'pipe'

export interface SpawnRequest {
  /** Absolute path, see `findProgram`. */
  readonly program: string
  /** First word of the child's command line; default `program`. Ignored when it goes by way of a shell, see prologue.ts. */
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
  /** Sets LISTEN_PID, by way of a shell. */
  readonly listenPid: boolean
  /** As whom it runs; null: as we do. Needs privilege. */
  readonly credentials: Credentials | null
  /** File mode mask, by way of a shell; null: ours. */
  readonly umask: number | null
  /** -20 to 19, by way of a shell; null: ours. */
  readonly nice: number | null
  /** By way of a shell; what is not limited is limited as we are. */
  readonly limits: readonly ResourceLimit[]
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
  let gate: Gate | undefined
  try {
    const stdout = pipeIf(request.stdout === 'pipe', pipes)
    const stderr = pipeIf(request.stderr === 'pipe', pipes)
    const notify = pipeIf(request.notify, pipes)
    if (request.nice !== null || request.limits.length > 0) gate = makeGate()
    const child = launch(request, gate, [
      request.stdin,
      stdout?.writeFd ?? closedOr(request.stdout),
      stderr?.writeFd ?? closedOr(request.stderr),
      ...request.sockets,
      ...(notify === null ? [] : [notify.writeFd]),
    ])
    child.once('error', (cause) => on.failed(explainSpawnFailure(request, cause)))
    const { pid } = child
    if (pid === undefined) {
      destroy(pipes)
      return undefined
    }
    const failure = gate === undefined ? undefined : configure(pid, request)
    if (failure !== undefined) {
      child.once('exit', () => on.failed(failure))
      destroy(pipes)
      return undefined
    }
    child.once('exit', (exitCode, signal) => on.exited({ exitCode, signal }))
    gate?.open()
    return {
      pid,
      startTime: startTime(pid),
      stdout: stdout?.readable ?? null,
      stderr: stderr?.readable ?? null,
      notify: notify?.readable ?? null,
    }
  } catch (cause) {
    destroy(pipes)
    const error = explainSpawnFailure(request, cause)
    process.nextTick(() => on.failed(error))
    return undefined
  } finally {
    for (const pipe of pipes) pipe.closeWriteEnd()
    gate?.close()
  }
}

function pipeIf(isWanted: boolean, pipes: Pipe[]): Pipe | null {
  if (!isWanted) return null
  const pipe = openPipe()
  pipes.push(pipe)
  return pipe
}

/** A pipe that was wanted has been made before. */
function closedOr(output: Output): 'null' | 'inherit' {
  return output === 'inherit' ? 'inherit' : 'null'
}

function destroy(pipes: readonly Pipe[]): void {
  for (const pipe of pipes) pipe.readable.destroy()
}

/** Gives the process what only we can give it while its shell waits; if that fails, the shell ends without having been anything. */
function configure(pid: number, request: SpawnRequest): SpawnError | undefined {
  const { credentials, limits, nice } = request
  try {
    for (const limit of limits) limitResource(pid, limit, credentials)
    if (nice !== null) setNiceness(pid, nice, credentials)
    return undefined
  } catch (cause) {
    sendSignal(pid, system.signals.SIGKILL)
    return explainSpawnFailure(request, cause)
  }
}

function launch(
  request: SpawnRequest,
  gate: Gate | undefined,
  descriptors: readonly [Descriptor, ...Descriptor[]],
): ChildProcess {
  const { program, argv0 = program, args, cwd, env, credentials } = request
  const prologue = prologueOf(request, descriptors, gate?.readFd ?? null)
  const options: SpawnOptions = {
    cwd,
    env,
    stdio: (prologue?.descriptors ?? descriptors).map(toStdio),
    detached: true,
  }
  // The shell would start and only then fail to become the program.
  if (prologue !== undefined) requireProgram(program, credentials)
  const start = (user: SpawnOptions): ChildProcess =>
    prologue === undefined
      ? spawn(program, args, { ...options, ...user, argv0 })
      : spawn('/bin/sh', ['-c', prologue.line, 'sh', program, ...args], { ...options, ...user })
  return credentials === null ? start({}) : spawnAs(credentials, start)
}

function toStdio(descriptor: Descriptor, fd: number): 'ignore' | number {
  if (descriptor === 'inherit') return fd
  return descriptor === 'null' ? 'ignore' : descriptor
}

function requireProgram(program: string, credentials: Credentials | null): void {
  accessSync(program, constants.X_OK)
  if (credentials !== null) requireExecutable(program, credentials)
}
