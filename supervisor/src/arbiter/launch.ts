import { basename, delimiter, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { commandLine } from '../config/command-line.ts'
import type { WatcherOptions } from '../config/options.ts'
import { spawnVariables } from '../config/spawn-variables.ts'
import { stopCommandLine, stopVariables } from '../config/stop-command.ts'
import { childEnvironment, childSocketFd, type Environment } from '../os/child-environment.ts'
import type { Credentials } from '../os/credentials.ts'
import { findProgram } from '../os/find-program.ts'
import { listensOn } from '../os/listens-on.ts'
import type { Listener } from '../os/socket.ts'
import type { SpawnRequest, Stdin } from '../os/spawn.ts'
import { findCredentials, UnknownAccountError } from '../os/user.ts'
import type { OutputStream } from '../streams/stream.ts'
import type { Outputs } from './outputs.ts'

/** How to start one process, and what to do with it once it runs. */
export interface Launch {
  readonly request: SpawnRequest
  /** Takes the output of the process, until its end. */
  readonly stdout: (output: Readable, pid: number) => void
  readonly stderr: (output: Readable, pid: number) => void
  /** Whether the process accepts on one of its sockets; null if that is no sign of readiness. */
  readonly probe: ((pid: number) => boolean) | null
}

/** What processes of a watcher are started with. */
export interface LaunchContext {
  readonly options: WatcherOptions
  /** Those granted to the watcher, in the order of their descriptors. */
  readonly listeners: readonly Listener[]
  /** Their standard input; undefined if that is no socket. */
  readonly stdinListener: Listener | undefined
  readonly outputs: Outputs
  /** Directories which are searched for programs after those of the child's PATH. */
  readonly toolDirectories: readonly string[]
}

/** There is nothing to start: the message says what is missing and where it was looked for. */
export class LaunchError extends Error {
  override readonly name = 'LaunchError'
}

/** The program which speaks for itself and needs no LISTEN_PID, by which the others are started through sh. */
const RUNNER = 'runner'

/**
 * Works out how to start the process of one slot.
 * @throws {LaunchError} If the command names no program, or one which is not there, or the user or group is not.
 * @throws {SystemError} If they cannot be looked up.
 */
export function launchOf(context: LaunchContext, wid: number, generation: number): Launch {
  const { options, listeners, outputs } = context
  const { stdout, stderr } = outputs.of(options.name)
  const cwd = resolve(options.workingDir ?? '.')
  const isNotified = options.ready.kind === 'notify' || isAuto(options)
  const env = childEnvironment(withTools(options.env, context.toolDirectories), {
    watcher: options.name,
    wid,
    generation,
    sockets: listeners,
    notify: isNotified,
  })
  const [name, ...args] = argumentsOf(options, wid, listeners)
  const program = options.executable ?? name
  const path = findProgram(program, env['PATH'], cwd)
  if (path === undefined) throw new LaunchError(notFound(program, env['PATH'], cwd))
  const listenPid = listeners.length > 0 && exportsListenPid(options, program)
  if (options.executable !== null && (listenPid || needsShell(options))) {
    throw new LaunchError(cannotBeNamed(name, program))
  }
  const request: SpawnRequest = {
    program: path,
    argv0: name,
    args,
    cwd,
    env,
    stdin: stdinOf(context),
    stdout: outputOf(options.closeChildStdout, stdout),
    stderr: outputOf(options.closeChildStderr, stderr),
    sockets: listeners.map(({ fd }) => fd),
    notify: isNotified,
    listenPid,
    credentials: credentialsOf(options),
    umask: options.umask,
    nice: options.nice,
    limits: options.rlimits,
  }
  const { stdinListener } = context
  const inodes = [...listeners, ...(stdinListener ? [stdinListener] : [])].map(({ inode }) => inode)
  const isProbed = options.ready.kind === 'listen' || isAuto(options)
  return {
    request,
    stdout: (pipe, pid) => outputs.route(pipe, pid, 'stdout', stdout),
    stderr: (pipe, pid) => outputs.route(pipe, pid, 'stderr', stderr),
    probe: isProbed ? (pid) => listensOn(pid, inodes) : null,
  }
}

/**
 * Works out how to run the stop command for one process of the watcher: as its user, in its directory and environment.
 * @throws {LaunchError} If it names no program, or one which is not there.
 */
export function stopRequestOf(
  { options, toolDirectories }: LaunchContext,
  wid: number,
  pid: number,
): SpawnRequest {
  const line = stopCommandLine(options.stopCommand ?? '', stopVariables(options, wid, pid))
  if (!line.ok) throw new LaunchError(`stop_command: ${line.wrong}`)
  const [program, ...args] = line.argv
  const cwd = resolve(options.workingDir ?? '.')
  const env = withTools({ ...options.env, CIRCUS_PID: String(pid) }, toolDirectories)
  const path = findProgram(program, env['PATH'], cwd)
  if (path === undefined) throw new LaunchError(notFound(program, env['PATH'], cwd))
  return {
    program: path,
    argv0: program,
    args,
    cwd,
    env,
    stdin: 'null',
    stdout: 'inherit',
    stderr: 'inherit',
    sockets: [],
    notify: false,
    listenPid: false,
    credentials: credentialsOf(options),
    umask: options.umask,
    nice: null,
    limits: [],
  }
}

function isAuto({ ready, hasSockets }: WatcherOptions): boolean {
  return ready.kind === 'auto' && hasSockets
}

function withTools(env: Environment, tools: readonly string[]): Environment {
  const known = env['PATH']?.split(delimiter) ?? ['/usr/local/bin', '/usr/bin', '/bin']
  const missing = tools.filter((directory) => !known.includes(directory))
  return { ...env, PATH: [...known, ...missing].join(delimiter) }
}

function argumentsOf(
  options: WatcherOptions,
  wid: number,
  listeners: readonly Listener[],
): readonly [string, ...string[]] {
  const fds = Object.fromEntries(
    listeners.map(({ name }, index) => [name, childSocketFd(index)] as const),
  )
  const line = commandLine(options, spawnVariables(options, wid, fds))
  if (!line.ok) throw new LaunchError(`${line.option}: ${line.wrong}`)
  return line.argv
}

function notFound(program: string, path: string | undefined, cwd: string): string {
  return program.includes('/')
    ? `Cannot spawn ${resolve(cwd, program)}: there is no such program, or it is not executable`
    : `Cannot spawn "${program}": there is no such program in ${path ?? 'an empty PATH'}`
}

/** Whether the process has to begin as a shell: see prologue.ts. */
function needsShell({ umask, nice, rlimits }: WatcherOptions): boolean {
  return umask !== null || nice !== null || rlimits.length > 0
}

function cannotBeNamed(name: string, program: string): string {
  return `Cannot run ${program} as "${name}": umask, nice, rlimit_* and listen_pid go by way of a shell, which cannot give a program another name; drop executable, or these (listen_pid = false)`
}

function stdinOf({ options, stdinListener }: LaunchContext): Stdin {
  if (stdinListener !== undefined) return stdinListener.fd
  return options.closeChildStdin ? 'null' : 'inherit'
}

function credentialsOf({ uid, gid }: WatcherOptions): Credentials | null {
  try {
    return findCredentials(uid, gid)
  } catch (cause) {
    if (cause instanceof UnknownAccountError) throw new LaunchError(cause.message, { cause })
    throw cause
  }
}

function outputOf(isClosed: boolean, stream: OutputStream | null): 'null' | 'pipe' | 'inherit' {
  if (isClosed) return 'null'
  return stream === null ? 'inherit' : 'pipe'
}

function exportsListenPid(options: WatcherOptions, program: string): boolean {
  return options.listenPid === 'auto' ? basename(program) !== RUNNER : options.listenPid
}
