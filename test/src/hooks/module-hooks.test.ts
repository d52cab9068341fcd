import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { HookOutcome } from '../../../supervisor/dist/hooks/hook-call.js'
import { MAX_LINE_CHARACTERS } from '../../../supervisor/dist/hooks/hook-log.js'
import { hooksUnderTest, isAlive, moduleCall, until } from './hooks-under-test.ts'

const YES: HookOutcome = { kind: 'answered', isTrue: true }
const NO: HookOutcome = { kind: 'answered', isTrue: false }

/** Long enough for a host to start, so that what is tested is the hook. */
const DEADLINE_MS = 1_000

function errorOf(outcome: HookOutcome): string {
  return outcome.kind === 'failed' ? outcome.error : assert.fail('the hook has answered')
}

for (const [source, expected] of [
  ['() => true', YES],
  ['() => "text"', YES],
  ['async () => 1', YES],
  ['() => false', NO],
  ['() => {}', NO],
  ['() => null', NO],
  ['async () => 0', NO],
] as const) {
  test(`${source} is ${expected.isTrue}`, async (t) => {
    const { hooks } = hooksUnderTest(t, `export const check = ${source}`)
    assert.deepEqual(await hooks.run(moduleCall('check')), expected)
  })
}

test('a hook gets its context and the name of the hook; its directory is ours, variables of our descriptors are not', async (t) => {
  const { hooks, directory, line } = hooksUnderTest(
    t,
    `export function told(context) {
      const { KEPT, NOTIFY_SOCKET, NODE_CHANNEL_FD } = process.env
      console.log(JSON.stringify({ context, cwd: process.cwd(), env: { KEPT, NOTIFY_SOCKET, NODE_CHANNEL_FD } }))
    }`,
  )
  const watcher = { name: 'web', status: 'active', numprocesses: 2, pids: [7, 8] }
  const context = { watcher, pid: 7, signum: 15 }
  await hooks.run(moduleCall('told', { hook: 'before_signal', context }))
  const printed = await line('context')
  assert.deepEqual(JSON.parse(printed.replace('hooks of web: ', '')), {
    context: { ...context, hookName: 'before_signal' },
    cwd: directory,
    env: { KEPT: 'yes' },
  })
})

for (const [what, source, value] of [
  ['the changed object', '({ stats }) => { stats.queue = 3 }', { cpu: 1, queue: 3 }],
  ['the returned object', '() => ({ queue: 4 })', { queue: 4 }],
] as const) {
  test(`extended_stats gives ${what}`, async (t) => {
    const { hooks } = hooksUnderTest(t, `export const stats = ${source}`)
    const watcher = { name: 'web', status: 'active', numprocesses: 1, pids: [7] }
    const context = { watcher, pid: 7, stats: { cpu: 1 } }
    const outcome = await hooks.run(moduleCall('stats', { hook: 'extended_stats', context }))
    assert.deepEqual(outcome.kind === 'answered' ? outcome.value : outcome, value)
  })
}

for (const [what, source, error] of [
  ['JSON cannot hold', '({ stats }) => { stats.me = stats }', /circular/],
  ['are too long', '() => ({ text: "x".repeat(2_000_000) })', /more than 1048576 characters/],
] as const) {
  test(`statistics which ${what} are a failure`, async (t) => {
    const { hooks } = hooksUnderTest(t, `export const stats = ${source}`)
    const watcher = { name: 'web', status: 'active', numprocesses: 1, pids: [7] }
    const call = moduleCall('stats', { hook: 'extended_stats', context: { watcher, stats: {} } })
    assert.match(errorOf(await hooks.run(call)), error)
  })
}

for (const ignoresFailure of [false, true]) {
  test(`an exception is a failure with its message, which counts as the flag: ${ignoresFailure}`, async (t) => {
    const { hooks, line } = hooksUnderTest(
      t,
      'export function check() { throw new Error("boo\\nfoo") }',
    )
    const outcome = await hooks.run(moduleCall('check', { ignoresFailure }))
    assert.deepEqual(outcome, { kind: 'failed', error: 'boo foo', isTrue: ignoresFailure })
    assert.match(await line('at check'), /hooks\.mjs:1/)
  })
}

test('a rejection is a failure, and so is anything else that is thrown', async (t) => {
  const { hooks } = hooksUnderTest(
    t,
    `export async function rejects() { throw 'text' }
     export function odd() { throw Object.create(null) }`,
  )
  assert.equal(errorOf(await hooks.run(moduleCall('rejects'))), 'text')
  assert.equal(errorOf(await hooks.run(moduleCall('odd'))), 'something that has no text')
})

for (const [what, source, sentence] of [
  [
    'no such export',
    'export const a = 1, b = 2',
    /^Cannot run check of .*hooks\.mjs: it exports a, b$/,
  ],
  ['no function', 'export const check = 1', /: the export is no function but of type number$/],
  ['throws at import', 'throw new Error("early")', /: its import failed: early$/],
  ['a mistake of syntax', 'export functoin', /: its import failed: Unexpected/],
] as const) {
  test(`a module with ${what} fails with one sentence, and is read again by the next call`, async (t) => {
    const { hooks, directory } = hooksUnderTest(t, source)
    assert.match(errorOf(await hooks.run(moduleCall('check'))), sentence)
    writeFileSync(join(directory, 'hooks.mjs'), 'export const check = () => true')
    assert.deepEqual(await hooks.run(moduleCall('check')), YES)
  })
}

test('a module which does not exist fails with its path', async (t) => {
  const { hooks, directory } = hooksUnderTest(t)
  const target = { kind: 'module', module: './none.mjs', export: 'check' } as const
  const outcome = await hooks.run(moduleCall('', { target }))
  const file = join(directory, 'none.mjs')
  assert.equal(errorOf(outcome), `Cannot run check of ${file}: there is no such file`)
})

test('a CommonJS module exports what module.exports holds', async (t) => {
  const { hooks, directory } = hooksUnderTest(t)
  writeFileSync(
    join(directory, 'hooks.cjs'),
    'Object.assign(module, { exports: { check: () => true } })',
  )
  const target = { kind: 'module', module: 'hooks.cjs', export: 'check' } as const
  assert.deepEqual(await hooks.run(moduleCall('', { target })), YES)
})

test('an infinite loop is ended at the deadline, and the next call has a new process', async (t) => {
  const { hooks, line } = hooksUnderTest(
    t,
    `export function spin() { console.log('pid', process.pid); for (;;); }
     export const check = () => true`,
  )
  const spinning = hooks.run(moduleCall('spin', { timeoutMs: DEADLINE_MS }))
  const pid = Number((await line('pid')).split(' ').at(-1))
  assert.match(errorOf(await spinning), /^Cannot run spin of .*: no answer within 1000 ms$/)
  assert.deepEqual(await hooks.run(moduleCall('check')), YES)
  await until(() => !isAlive(pid))
})

test('this thread goes on while a hook spins, and another watcher is served', async (t) => {
  const { hooks, line } = hooksUnderTest(
    t,
    `export function spin() { console.log('spinning'); for (;;); }
     export const check = () => true`,
  )
  const spinning = hooks.run(moduleCall('spin', { timeoutMs: DEADLINE_MS }))
  await line('spinning')
  let hasEnded = false
  void spinning.then(() => (hasEnded = true))
  let ticks = 0
  await until(() => (ticks += 1) === 10)
  assert.deepEqual(await hooks.run(moduleCall('check', { watcher: 'other' })), YES)
  assert.equal(hasEnded, false)
  await spinning
})

test('a hook which only waits too long ends with the others unharmed', async (t) => {
  const { hooks, directory } = hooksUnderTest(
    t,
    `import { existsSync } from 'node:fs'
     export const hang = () => new Promise(() => {})
     export async function whenCued() {
       while (!existsSync('cue')) await new Promise((resolve) => setTimeout(resolve, 1))
       return process.pid
     }`,
  )
  const healthy = hooks.run(moduleCall('whenCued'))
  const hung = await hooks.run(moduleCall('hang', { timeoutMs: DEADLINE_MS }))
  assert.match(errorOf(hung), /no answer within/)
  writeFileSync(join(directory, 'cue'), '')
  assert.deepEqual(await healthy, YES)
})

test('calls behind a spinning hook fail at their own deadlines and name it', async (t) => {
  const { hooks } = hooksUnderTest(
    t,
    'export function spin() { for (;;); }\nexport const check = () => true',
  )
  const [, behind] = await Promise.all([
    hooks.run(moduleCall('spin', { hook: 'after_start', timeoutMs: DEADLINE_MS })),
    hooks.run(moduleCall('check', { timeoutMs: DEADLINE_MS + 1 })),
  ])
  assert.match(
    errorOf(behind),
    /no answer within 1001 ms; after_start in the same process has hung$/,
  )
})

for (const [what, source, sentence] of [
  ['process.exit', 'process.exit(3)', /: its process exited with code 3$/],
  ['a signal', 'process.kill(process.pid, "SIGSEGV")', /: its process died of SIGSEGV$/],
  ['abort', 'process.abort()', /: its process died of SIGABRT$/],
  [
    'closing our channel',
    'process.disconnect(); return new Promise(() => {})',
    /: its process died of SIGKILL$/,
  ],
] as const) {
  test(`${what} in a hook ends its process only, and the next call has a new one`, async (t) => {
    const { hooks } = hooksUnderTest(
      t,
      `export function end() { ${source} }\nexport const check = () => true`,
    )
    assert.match(errorOf(await hooks.run(moduleCall('end'))), sentence)
    assert.deepEqual(await hooks.run(moduleCall('check')), YES)
  })
}

test('an uncaught error after the answer is logged, and the next call has a new process', async (t) => {
  const { hooks, line } = hooksUnderTest(
    t,
    `export function late() { setTimeout(() => { throw new Error('late') }, 1); return true }
     export const check = () => true`,
  )
  assert.deepEqual(await hooks.run(moduleCall('late')), YES)
  assert.match(await line('Error: late'), /^hooks of web: /)
  await line('Node.js v')
  // Until the end of the process is known here, a call may still be sent to it: such a call fails and is not made again.
  let outcome = await hooks.run(moduleCall('check'))
  while (outcome.kind === 'failed') outcome = await hooks.run(moduleCall('check'))
  assert.deepEqual(outcome, YES)
})

test('messages which a hook sends over the channel mean nothing', async (t) => {
  const { hooks } = hooksUnderTest(
    t,
    `export async function noisy() {
      for (const message of [1, null, {}, { id: 1 }, { id: 99, kind: 'answered', isTrue: true }]) process.send(message)
      process.send = () => { throw new Error('replaced') }
      return false
    }`,
  )
  assert.deepEqual(await hooks.run(moduleCall('noisy')), NO)
})

test('hooks of one watcher run at the same time in one process which remembers; another watcher has its own', async (t) => {
  const { hooks } = hooksUnderTest(
    t,
    `let calls = 0, open
     const gate = new Promise((resolve) => (open = resolve))
     export async function meet() { calls += 1; if (calls === 20) open(); await gate; return true }
     export const count = () => { throw calls }`,
  )
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, () => hooks.run(moduleCall('meet'))),
  )
  assert.ok(outcomes.every(({ isTrue }) => isTrue))
  assert.equal(errorOf(await hooks.run(moduleCall('count'))), '20')
  assert.equal(errorOf(await hooks.run(moduleCall('count', { watcher: 'other' }))), '0')
})

test('a forgotten watcher reads its modules anew', async (t) => {
  const { hooks, directory } = hooksUnderTest(t, 'export const check = () => false')
  assert.deepEqual(await hooks.run(moduleCall('check')), NO)
  writeFileSync(join(directory, 'hooks.mjs'), 'export const check = () => true')
  assert.deepEqual(await hooks.run(moduleCall('check')), NO)
  hooks.forget('web')
  assert.deepEqual(await hooks.run(moduleCall('check')), YES)
})

test('big output is logged whole, an overlong line in pieces', async (t) => {
  const { hooks, lines, line } = hooksUnderTest(
    t,
    `export async function print() {
      for (let n = 0; n < 20_000; n += 1) console.log('line', n)
      console.error('x'.repeat(100_000)); console.log('last')
    }`,
  )
  await hooks.run(moduleCall('print'))
  await line('last')
  assert.equal(lines.filter((line) => line.includes('line ')).length, 20_000)
  await until(() => lines.join('').split('x').length > 100_000)
  assert.ok(lines.every((line) => line.length <= MAX_LINE_CHARACTERS + 'hooks of web: '.length))
})

test('close fails what is under way, and leaves neither the process nor what it has started', async (t) => {
  const { hooks, line } = hooksUnderTest(
    t,
    `import { spawn } from 'node:child_process'
     export function hang() {
       const { pid } = spawn('sleep', ['1000'])
       console.log('pids', process.pid, pid)
       return new Promise(() => {})
     }`,
  )
  const hanging = hooks.run(moduleCall('hang'))
  const pids = (await line('pids')).split(' ').slice(-2).map(Number)
  await hooks.close()
  assert.match(errorOf(await hanging), /: the daemon is ending$/)
  await until(() => !pids.some(isAlive))
  assert.match(errorOf(await hooks.run(moduleCall('hang'))), /: the daemon is ending$/)
  await hooks.close()
})
