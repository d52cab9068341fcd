import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answersWith, WEB_INI } from './apps.ts'
import { DaemonUnderTest } from './daemon-under-test.ts'
import { ask } from './http-client.ts'

const FLAPPING = `flapping.attempts = 2
flapping.window = 60
flapping.retry_in = 600
`

const INI = WEB_INI.replace('use_sockets', `${FLAPPING}use_sockets`)

/** Kills the process of slot 1 until the slot rests; the pid of the other slot's process is given back. */
async function tireSlotOne(daemon: DaemonUnderTest): Promise<number> {
  await daemon.active()
  const [first = 0, neighbour = 0] = await daemon.pids()
  process.kill(first, 'SIGKILL')
  const { process_pid: second = 0 } = await daemon.event(
    'watcher.web.spawn',
    ({ process_pid }) => process_pid !== first && process_pid !== neighbour,
  )
  await ready(daemon, second)
  process.kill(second, 'SIGKILL')
  await daemon.logs('slot 1 is flapping')
  return neighbour
}

/** Waits until no slot has anything to report. */
async function ready(daemon: DaemonUnderTest, pid: number): Promise<void> {
  for (;;) {
    const { slots } = await daemon.call('status', { name: 'web' })
    if (slots === undefined && (await daemon.pids()).includes(pid)) return
  }
}

test('a slot that dies too often rests, and the others serve', async () => {
  await using daemon = await DaemonUnderTest.start(INI, { 'app.mjs': answersWith('one') })
  const neighbour = await tireSlotOne(daemon)
  const { status, slots } = await daemon.call('status', { name: 'web' })
  assert.equal(status, 'active')
  const [slot, ...others] = slots as { wid: number; state: string; next_try: number }[]
  assert.deepEqual(others, [])
  assert.equal(slot?.wid, 1)
  assert.equal(slot?.state, 'resting')
  assert.ok(slot.next_try > 0 && slot.next_try <= 600)
  assert.deepEqual(await daemon.pids(), [neighbour])
  assert.match((await ask(await daemon.port())).body, /^one 2 /)
  const { stdout } = await daemon.ctl('status', 'web')
  assert.match(
    stdout,
    /^active\nslot 1 is resting, next try in \d+\.\d s: slot 1 is flapping: 2 deaths within 60 s\n$/,
  )
})

test('a start does not wait for the rest to be over', async () => {
  await using daemon = await DaemonUnderTest.start(INI, { 'app.mjs': answersWith('one') })
  const neighbour = await tireSlotOne(daemon)
  await daemon.start('web')
  const pids = await daemon.pids()
  assert.equal(pids.length, 2)
  assert.ok(pids.includes(neighbour))
  assert.equal((await daemon.call('status', { name: 'web' }))['slots'], undefined)
})

test('a slot that has rested max_retry times is given up', async () => {
  await using daemon = await DaemonUnderTest.start(
    `[watcher:bad]\ncmd = sh -c 'exit 3'\nready = none\nnumprocesses = 1\n` +
      `flapping.attempts = 2\nflapping.window = 60\nflapping.retry_in = 0.05\nflapping.max_retry = 2\n`,
  )
  await daemon.logs('slot 1 is flapping', 3)
  await daemon.logs('it is given up after 2 rests (flapping.max_retry)')
  await daemon.event('watcher.bad.stop')
  const deaths = daemon.events.filter(({ topic }) => topic === 'watcher.bad.reap')
  assert.equal(deaths.length, 6)
})
