import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { killGroup } from '../../../supervisor/dist/os/signal.js'
import {
  type ExitStatus,
  type SpawnedProcess,
  spawnProcess,
  type SpawnRequest,
} from '../../../supervisor/dist/os/spawn.js'

/** A spawn request with nothing in it but what a test says. */
export function spawnRequest(request: Partial<SpawnRequest>): SpawnRequest {
  return {
    program: '/bin/sleep',
    args: [],
    cwd: '/',
    env: {},
    stdin: 'null',
    stdout: 'null',
    stderr: 'inherit',
    sockets: [],
    notify: false,
    listenPid: false,
    credentials: null,
    umask: null,
    nice: null,
    limits: [],
    ...request,
  }
}

/** Starts a process which the test must not leave behind: its group is killed and its pipes are closed at the end. */
export function startProcess(
  t: TestContext,
  request: Partial<SpawnRequest>,
): { readonly process: SpawnedProcess; readonly exited: Promise<ExitStatus> } {
  const { promise: exited, resolve, reject } = withResolvers<ExitStatus>()
  const process = spawnProcess(spawnRequest(request), { exited: resolve, failed: reject })
  if (process === undefined) throw new Error(`Cannot start ${request.program}`)
  t.after(async () => {
    killGroup(process.pid)
    process.stdout?.destroy()
    process.stderr?.destroy()
    process.notify?.destroy()
    await exited
  })
  return { process, exited }
}

/** A shell line as a process. */
export function startShell(
  t: TestContext,
  line: string,
  request: Partial<SpawnRequest> = {},
): ReturnType<typeof startProcess> {
  return startProcess(t, { program: '/bin/sh', args: ['-c', line], ...request })
}

/** Absolute path of a program under test/fixtures/programs. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/programs/${name}`, import.meta.url))
}

/** Promise.withResolvers, which Node 20 lacks. */
function withResolvers<T>(): {
  promise: Promise<T>
  resolve: (value: T) => void
  reject: (reason: Error) => void
} {
  let resolve: (value: T) => void = () => {}
  let reject: (reason: Error) => void = () => {}
  const promise = new Promise<T>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}
