import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { HookCall } from '../../../supervisor/dist/hooks/hook-call.js'
import { Hooks } from '../../../supervisor/dist/hooks/hooks.js'
import { temporaryDirectory } from '../os/temporary-directory.ts'

export interface HooksUnderTest {
  readonly hooks: Hooks
  readonly directory: string
  /** What hooks printed so far. */
  readonly lines: readonly string[]
  /** Resolves when a line is there that contains the text, with that line. */
  readonly line: (text: string) => Promise<string>
}

/** Hooks in a temporary directory, with the given text as its hooks.mjs; closed when the test ends. */
export function hooksUnderTest(t: TestContext, source = ''): HooksUnderTest {
  const directory = temporaryDirectory(t)
  writeFileSync(join(directory, 'hooks.mjs'), source)
  const lines: string[] = []
  const looks = new Set<() => void>()
  const log = (line: string): void => {
    lines.push(line)
    for (const look of looks) look()
  }
  const line = (text: string): Promise<string> =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = lines.find((line) => line.includes(text))
        if (found === undefined) return
        looks.delete(look)
        resolve(found)
      }
      looks.add(look)
      look()
    })
  const env = { PATH: process.env['PATH'] ?? '', NOTIFY_SOCKET: '/run/notify', KEPT: 'yes' }
  const hooks = new Hooks({ cwd: directory, env, log })
  t.after(() => hooks.close())
  return { hooks, directory, lines, line }
}

/** A call with nothing in it but what a test says. */
export function hookCall(call: Partial<HookCall> & Pick<HookCall, 'target'>): HookCall {
  return {
    hook: 'before_start',
    watcher: 'web',
    ignoresFailure: false,
    timeoutMs: 60_000,
    context: { watcher: { name: 'web', status: 'stopped', numprocesses: 1, pids: [] } },
    ...call,
  }
}

/** A call of an export of hooks.mjs. */
export function moduleCall(name: string, call: Partial<HookCall> = {}): HookCall {
  return hookCall({ target: { kind: 'module', module: './hooks.mjs', export: name }, ...call })
}

/** A call of a shell line. */
export function shellCall(line: string, call: Partial<HookCall> = {}): HookCall {
  return hookCall({ target: { kind: 'exec', words: ['sh', '-c', line] }, ...call })
}

/** True while a process of that number runs; one which only waits to be reaped (by init, if it is no child of ours) does not. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false // ENOENT, ESRCH: it is gone.
  }
}

/** Lets other events happen until the condition holds. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1))
}
