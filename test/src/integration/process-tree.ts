import { once } from 'node:events'
import { createInterface, type Interface } from 'node:readline'
import type { TestContext } from 'node:test'
import { TREE_VARIABLE } from '../../../supervisor/dist/arbiter/kinship.js'
import { Trees } from '../../../supervisor/dist/arbiter/trees.js'
import { sendSignal } from '../../../supervisor/dist/os/signal.js'
import { spawnProcess } from '../../../supervisor/dist/os/spawn.js'
import { fixture, spawnRequest } from '../os/started-process.ts'

let lastId = 0

/** Opens the trees of this test; skips it, loudly, where there are no cgroups although it wants them. */
export function openTrees(t: TestContext, useCgroups: boolean): Trees | undefined {
  const log: string[] = []
  const trees = Trees.open({ log: (_, message) => log.push(message), useCgroups })
  t.after(() => trees.close())
  const refusal = log.find((line) => line.startsWith('no cgroups'))
  if (refusal === undefined) return trees
  t.skip(refusal)
  return undefined
}

/** A process as the performer holds it, and what it has started. */
export class ProcessTree {
  readonly #trees: Trees
  readonly #lines: Interface
  readonly #said: string[] = []
  readonly ref = { watcher: 'any name/with. signs', id: ++lastId }
  readonly pid: number
  /** Resolves when nobody of the tree lives. */
  readonly swept: Promise<void>

  constructor(trees: Trees, program: string, args: readonly string[] = []) {
    this.#trees = trees
    const cookie = trees.newCookie()
    const { promise, resolve, reject } = withResolvers()
    this.swept = promise
    const process = spawnProcess(
      spawnRequest({
        program,
        args,
        env: { PATH: '/usr/bin:/bin', [TREE_VARIABLE]: cookie },
        stdout: 'pipe',
      }),
      { exited: () => trees.sweep(this.ref, resolve), failed: reject },
    )
    if (process?.stdout == null) throw new Error(`Cannot start ${program}`)
    this.pid = process.pid
    trees.began(this.ref, process.pid, process.startTime, cookie)
    this.#lines = createInterface(process.stdout)
    this.#lines.on('line', (line) => this.#said.push(line))
  }

  /** A program of test/fixtures/programs. */
  static of(trees: Trees, name: string, ...args: readonly string[]): ProcessTree {
    return new ProcessTree(trees, fixture(name), args)
  }

  /** Pids of the processes which it said it has forked, when there are `count`. */
  async forked(count = 1): Promise<readonly number[]> {
    while (this.#said.length < count) await once(this.#lines, 'line')
    return this.#said.map((line) => Number(line.replace('forked ', '')))
  }

  /** As the core stops a process which obeys. */
  async stop(): Promise<void> {
    this.#trees.snapshot(this.ref)
    sendSignal(this.pid, 15)
    await this.swept
  }

  async kill(): Promise<void> {
    this.#trees.killAll(this.ref)
    await this.swept
  }

  /** Dies by itself: nobody has looked at it before. */
  async crash(): Promise<void> {
    sendSignal(this.pid, 9)
    await this.swept
  }
}

function withResolvers(): {
  promise: Promise<void>
  resolve: () => void
  reject: (reason: Error) => void
} {
  let resolve: () => void = () => {}
  let reject: (reason: Error) => void = () => {}
  const promise = new Promise<void>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}
