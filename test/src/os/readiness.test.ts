import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { once } from 'node:events'
import { test, type TestContext } from 'node:test'
import { watchReadiness, type ReadinessCallbacks } from '../../../supervisor/dist/os/readiness.js'
import { startShell } from './started-process.ts'

/** Callbacks which write down what they were told and let a test wait for the next. */
function recorder(): {
  told: string[]
  on: ReadinessCallbacks
  until: (sign: string) => Promise<void>
} {
  const told: string[] = []
  const waiting = new Set<() => void>()
  const tell = (sign: string): void => {
    told.push(sign)
    for (const look of waiting) look()
  }
  const until = (sign: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!told.includes(sign)) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
    })
  const on: ReadinessCallbacks = {
    notified: () => tell('notified'),
    listening: () => tell('listening'),
    field: (key, value) => tell(`${key}=${value}`),
    notifyClosed: () => tell('closed'),
  }
  return { told, on, until }
}

function watchShell(t: TestContext, line: string): ReturnType<typeof recorder> {
  const { process } = startShell(t, line, { notify: true })
  const record = recorder()
  watchReadiness({ notify: process.notify, probe: null }, record.on)
  return record
}

test('READY=1 on the notify pipe is told, then its end', async (t) => {
  const { told, until } = watchShell(t, 'echo STATUS=loading >&3; echo READY=1 >&3')
  await until('closed')
  assert.deepEqual(told, ['STATUS=loading', 'notified', 'closed'])
})

test('a process which dies silently only closes the pipe', async (t) => {
  const { told, until } = watchShell(t, 'exit 1')
  await until('closed')
  assert.deepEqual(told, ['closed'])
})

test('probes begin after 20 ms, grow apart to 100 ms and end with the first success', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { told, on } = recorder()
  const probedAt: number[] = []
  let now = 0
  const probe = (): boolean => probedAt.push(now) === 5
  watchReadiness({ notify: null, probe }, on)
  for (now = 1; now <= 1000; now += 1) t.mock.timers.tick(1)
  const pauses = probedAt.map((time, index) => time - (probedAt[index - 1] ?? 0))
  assert.deepEqual(pauses, [20, 40, 80, 100, 100])
  assert.deepEqual(told, ['listening'])
})

test('no probe is made after stopProbing, and the pipe is read on', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { told, on, until } = recorder()
  const notify = new PassThrough()
  const watch = watchReadiness({ notify, probe: () => true }, on)
  watch.stopProbing()
  t.mock.timers.tick(1000)
  notify.end('READY=1\n')
  await until('closed')
  assert.deepEqual(told, ['notified', 'closed'])
})

test('nothing is told after stop', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { told, on } = recorder()
  const notify = new PassThrough()
  const watch = watchReadiness({ notify, probe: () => true }, on)
  watch.stop()
  watch.stop()
  t.mock.timers.tick(1000)
  notify.end('READY=1\n')
  notify.resume()
  await once(notify, 'close')
  assert.deepEqual(told, [])
})
