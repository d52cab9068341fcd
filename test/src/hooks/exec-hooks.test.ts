import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HookOutcome } from '../../../supervisor/dist/hooks/hook-call.js'
import { hookCall, hooksUnderTest, isAlive, shellCall, until } from './hooks-under-test.ts'

function errorOf(outcome: HookOutcome): string {
  return outcome.kind === 'failed' ? outcome.error : assert.fail('the hook has answered')
}

for (const [line, isTrue] of [
  ['exit 0', true],
  ['exit 1', false],
  ['exit 99', false],
] as const) {
  test(`${line} is ${isTrue}`, async (t) => {
    const { hooks } = hooksUnderTest(t)
    assert.deepEqual(await hooks.run(shellCall(line)), { kind: 'answered', isTrue })
  })
}

test('death by a signal is a failure, which counts as the flag', async (t) => {
  const { hooks } = hooksUnderTest(t)
  const outcome = await hooks.run(shellCall('kill -9 $$', { ignoresFailure: true }))
  const error = 'Cannot run sh -c kill -9 $$: it died of SIGKILL'
  assert.deepEqual(outcome, { kind: 'failed', error, isTrue: true })
})

test('a program which is not there is a failure', async (t) => {
  const { hooks } = hooksUnderTest(t)
  const target = { kind: 'exec', words: ['no-such-program'] } as const
  const outcome = await hooks.run(hookCall({ target }))
  assert.match(errorOf(outcome), /: there is no executable file "no-such-program"$/)
})

test('a program gets its context as variables and as JSON on stdin, which it can open again', async (t) => {
  const { hooks, line } = hooksUnderTest(t)
  const watcher = { name: 'web', status: 'active', numprocesses: 1, pids: [7] }
  const context = { watcher, pid: 7, time: 1.5, exitCode: -15, processStatus: null }
  const outcome = await hooks.run(
    shellCall(
      'echo "vars $CIRCUS_HOOK $CIRCUS_WATCHER $CIRCUS_PID $CIRCUS_TIME $CIRCUS_EXIT_CODE [${CIRCUS_PROCESS_STATUS-}] [${CIRCUS_SIGNAL-}] [${NOTIFY_SOCKET-}]" && cat /dev/stdin',
      { hook: 'after_reap', context },
    ),
  )
  assert.equal(outcome.isTrue, true)
  assert.equal(await line('vars'), 'after_reap of web: vars after_reap web 7 1.5 -15 [] [] []')
  const json = (await line('{')).replace('after_reap of web: ', '')
  assert.deepEqual(JSON.parse(json), { ...context, hookName: 'after_reap' })
})

test('a program need not read a long context', async (t) => {
  const { hooks } = hooksUnderTest(t)
  const pids = Array.from({ length: 100_000 }, (_, index) => index)
  const context = { watcher: { name: 'web', status: 'active', numprocesses: 1, pids } }
  assert.equal((await hooks.run(shellCall('exit 0', { context }))).isTrue, true)
})

test('at the deadline a program is ended with its whole group', async (t) => {
  const { hooks, line } = hooksUnderTest(t)
  const call = shellCall('trap "" TERM; sleep 1000 & echo pids $$ $!; wait', { timeoutMs: 500 })
  const running = hooks.run(call)
  const pids = (await line('pids')).split(' ').slice(-2).map(Number)
  assert.match(errorOf(await running), /: no answer within 500 ms$/)
  await until(() => !pids.some(isAlive))
})

test('what a program leaves in the background delays no answer, and its output is logged', async (t) => {
  const { hooks, directory, line } = hooksUnderTest(t)
  const left = `(until [ -e ${directory}/cue ]; do sleep 0.01; done; echo later) &`
  assert.equal((await hooks.run(shellCall(left))).isTrue, true)
  await hooks.run(shellCall(`: > ${directory}/cue`))
  assert.equal(await line('later'), 'before_start of web: later')
})

for (const [what, line, value] of [
  ['no output leaves them as they are', 'exit 0', undefined],
  ['JSON on stdout takes their place', 'echo \'{"queue":', { queue: 3 }],
] as const) {
  test(`extended_stats: ${what}`, async (t) => {
    const { hooks } = hooksUnderTest(t)
    const whole = value === undefined ? line : `${line}3}'`
    const outcome = await hooks.run(shellCall(whole, { hook: 'extended_stats' }))
    assert.deepEqual(outcome.kind === 'answered' ? outcome.value : outcome, value)
  })
}

for (const [line, error] of [
  ['echo no', /JSON/],
  ['echo 3', /no JSON object/],
  ['yes | head -c 2000000', /more than 1048576 characters/],
] as const) {
  test(`extended_stats: ${line} is a failure`, async (t) => {
    const { hooks } = hooksUnderTest(t)
    const outcome = await hooks.run(shellCall(line, { hook: 'extended_stats' }))
    assert.match(errorOf(outcome), error)
  })
}

test('close fails what is under way and leaves no process', async (t) => {
  const { hooks, line } = hooksUnderTest(t)
  const running = hooks.run(shellCall('sleep 1000 & echo pids $$ $!; wait'))
  const pids = (await line('pids')).split(' ').slice(-2).map(Number)
  await hooks.close()
  assert.match(errorOf(await running), /: the daemon is ending$/)
  await until(() => !pids.some(isAlive))
})
