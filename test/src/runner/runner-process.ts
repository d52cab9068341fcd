import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { Readable } from 'node:stream'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type ListeningSocket, listenOnLoopback } from './listening-socket.ts'

export interface RunnerOptions {
  /** Default: a new one on the loopback interface. */
  readonly socket?: ListeningSocket
  /** Flags before the application. `--fd 3` is given unless this has an `--fd`. */
  readonly flags?: readonly string[]
  /** Arguments behind `--`. */
  readonly appArguments?: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  /** What the child gets; default: nothing, two pipes, the socket, the pipe for readiness. */
  readonly stdio?: StdioOptions
  readonly cwd?: string
}

/** How a process ended. */
export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** A runner started for a test. It is killed, and its socket closed, when the test is over. */
export interface RunnerProcess {
  readonly pid: number
  readonly socket: ListeningSocket
  readonly exit: Promise<Exit>
  /** Everything on stderr so far. */
  stderr(): string
  stdout(): string
  /** Resolves when stderr matches. Rejects when the process ends before it does. */
  logged(pattern: RegExp): Promise<void>
  /** The same for stdout. */
  printed(pattern: RegExp): Promise<void>
  /** The lines on the readiness pipe so far. */
  notified(): readonly string[]
  /** Closes the reading end of the readiness pipe. */
  closeNotifyPipe(): void
  /** Resolves when the runner has said that it loads the application. */
  loading(): Promise<void>
  /** Resolves when the runner has said READY=1. */
  ready(): Promise<void>
  kill(signal: NodeJS.Signals): void
}

export const FIXTURES = fileURLToPath(new URL('../../fixtures/apps/', import.meta.url))

const RUNNER = fileURLToPath(new URL('../../../runner/bin/runner.js', import.meta.url))

/** The descriptor at which the child finds the readiness pipe. */
const NOTIFY_FD = 4

/** Much longer than any test takes. */
const LONGEST_LIFE_MS = 60_000

/** Starts `runner --fd 3 APP`; `app` is a file of the fixtures, or an absolute path. */
export function startRunner(
  t: TestContext,
  app: string,
  options: RunnerOptions = {},
): RunnerProcess {
  const socket = options.socket ?? listenOnLoopback()
  const flags = options.flags ?? []
  const target = app.startsWith('/') || options.cwd !== undefined ? app : `${FIXTURES}${app}`
  const child = spawn(
    process.execPath,
    [
      RUNNER,
      ...(flags.includes('--fd') ? [] : ['--fd', '3']),
      ...flags,
      target,
      ...(options.appArguments ? ['--', ...options.appArguments] : []),
    ],
    {
      cwd: options.cwd,
      env: { PATH: process.env.PATH, NOTIFY_FD: String(NOTIFY_FD), ...options.env },
      // A test that hangs fails, and leaves nothing behind.
      timeout: LONGEST_LIFE_MS,
      killSignal: 'SIGKILL',
      stdio: options.stdio ?? ['ignore', 'pipe', 'pipe', socket.fd, 'pipe'],
    },
  )
  const output = new EventEmitter()
  const text = { stdout: collect(child.stdout, output), stderr: collect(child.stderr, output) }
  const pipe = child.stdio[NOTIFY_FD] instanceof Readable ? child.stdio[NOTIFY_FD] : undefined
  const notifications = collect(pipe, output)
  const exit = exitOf(child)
  t.after(async () => {
    child.kill('SIGKILL')
    await exit
    if (!options.socket) socket.close()
  })
  const until = async (condition: () => boolean, what: string): Promise<void> => {
    const changed = new AbortController()
    const ended = exit.then(() => true)
    try {
      while (!condition()) {
        const change = once(output, 'change', { signal: changed.signal }).then(() => false)
        if ((await Promise.race([change, ended])) && !condition()) {
          throw new Error(`The runner ended before ${what}\n${text.stderr.join('')}`)
        }
      }
    } finally {
      changed.abort()
    }
  }
  const notified = () => notifications.join('').split('\n').slice(0, -1)
  return {
    pid: child.pid ?? 0,
    socket,
    exit,
    stderr: () => text.stderr.join(''),
    stdout: () => text.stdout.join(''),
    logged: (pattern) => until(() => pattern.test(text.stderr.join('')), `it logged ${pattern}`),
    printed: (pattern) => until(() => pattern.test(text.stdout.join('')), `it printed ${pattern}`),
    notified,
    closeNotifyPipe: () => pipe?.destroy(),
    loading: () => until(() => notified().length > 0, 'it said that it loads'),
    ready: () => until(() => notified().includes('READY=1'), 'it was ready'),
    kill: (signal) => void child.kill(signal),
  }
}

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
}

function collect(stream: Readable | null | undefined, output: EventEmitter): string[] {
  const chunks: string[] = []
  stream?.setEncoding('utf8')
  stream?.on('data', (chunk: string) => {
    chunks.push(chunk)
    output.emit('change')
  })
  return chunks
}
