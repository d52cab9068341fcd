import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DaemonUnderTest, within } from './daemon-under-test.ts'
import { ask } from './http-client.ts'

/**
 * Answers with its watcher's name. With `once` it ends by itself, with exit code 0, after the first answer; with `tells` it says
 * when it is ready, else that must be seen from outside.
 */
const APP = `
import { writeSync } from 'node:fs'
import { createServer } from 'node:http'
const ways = process.argv.slice(2)
const server = createServer((request, response) => {
  response.on('close', () => { if (ways.includes('once')) server.close() })
  response.end(process.env.CIRCUS_WATCHER)
})
server.listen({ fd: 3 }, () => {
  if (ways.includes('tells')) writeSync(Number(process.env.NOTIFY_FD), 'READY=1\\n')
})
process.on('SIGTERM', () => process.exit())
`

/** An ordinary watcher comes first in the order of starts, and the sleepers are not of one priority. */
const INI = `
[watcher:always]
cmd = sleep 1000
ready = none
priority = 9

[watcher:first]
cmd = node app.mjs stay
use_sockets = first
on_demand = true

[watcher:second]
cmd = node app.mjs stay
use_sockets = second
on_demand = true
priority = 5

[socket:first]
host = 127.0.0.1
port = 0

[socket:second]
host = 127.0.0.1
port = 0
`

const FILES = { 'app.mjs': APP }

test('the first connection starts the watcher whose socket it is, and is served', async () => {
  await using daemon = await DaemonUnderTest.start(INI, FILES)
  await daemon.active('always')
  const asleep = { always: 'active', first: 'stopped', second: 'stopped' }
  assert.deepEqual((await daemon.call('status'))['statuses'], asleep)
  assert.equal((await ask(await daemon.port('first'))).body, 'first')
  await daemon.active('first')
  assert.deepEqual((await daemon.call('status'))['statuses'], { ...asleep, first: 'active' })
  assert.equal((await ask(await daemon.port('second'))).body, 'second')
  await daemon.active('second')
  assert.equal((await daemon.pids('first')).length, 1)
})

test('an explicit start needs no connection', async () => {
  await using daemon = await DaemonUnderTest.start(INI, FILES)
  await daemon.start('first')
  assert.equal((await daemon.pids('first')).length, 1)
  assert.equal((await daemon.call('status', { name: 'second' }))['status'], 'stopped')
})

test('a stop disarms: connections wait, and start nobody, until the next start', async () => {
  await using daemon = await DaemonUnderTest.start(INI, FILES)
  await daemon.call('stop', { name: 'first', waiting: true })
  const answer = ask(await daemon.port('first'))
  // What the second one is woken by came later than the connection to the first.
  assert.equal((await ask(await daemon.port('second'))).body, 'second')
  assert.equal((await daemon.call('status', { name: 'first' }))['status'], 'stopped')
  await daemon.start('first')
  assert.equal((await answer).body, 'first')
})

test('a connection starts no ordinary watcher that an operator has stopped', async () => {
  await using daemon = await DaemonUnderTest.start(INI, FILES)
  await daemon.active('always')
  await daemon.call('stop', { name: 'always', waiting: true })
  await ask(await daemon.port('first'))
  await daemon.active('first')
  assert.equal((await daemon.call('status', { name: 'always' }))['status'], 'stopped')
})

/** Both sleepers end after each request. With the default pauses: whoever has done its work has no need of one. */
function iniOf(ways: string): string {
  return INI.replaceAll('app.mjs stay', `app.mjs ${ways}`)
}

for (const [ways, what] of [
  ['once tells', 'a program that says when it is ready'],
  ['once', 'a program that does not'],
] as const) {
  test(`after its end the next connection wakes it, and nothing else does: ${what}`, async () => {
    await using daemon = await DaemonUnderTest.start(iniOf(ways), FILES)
    const port = await daemon.port('first')
    assert.equal((await ask(port)).body, 'first')
    await daemon.event('watcher.first.stop')
    assert.equal((await daemon.call('status', { name: 'first' }))['status'], 'stopped')
    assert.equal((await ask(port)).body, 'first')
    await daemon.eventTimes('watcher.first.stop', 2)
    const spawns = daemon.events.filter(({ topic }) => topic === 'watcher.first.spawn')
    assert.equal(spawns.length, 2)
  })

  test(`200 connections, one after the other, each ends the program: none is lost: ${what}`, async () => {
    await using daemon = await DaemonUnderTest.start(iniOf(ways), FILES)
    const port = await daemon.port('first')
    for (let connection = 1; connection <= 200; connection += 1) {
      const name = `connection ${connection}`
      assert.equal((await within(ask(port), name)).body, 'first', name)
    }
  })
}

test('after a crash the next connection wakes it', async () => {
  const soon = 'on_demand = true\nbackoff = 1ms..10ms'
  await using daemon = await DaemonUnderTest.start(INI.replaceAll('on_demand = true', soon), FILES)
  const port = await daemon.port('first')
  await ask(port)
  await daemon.active('first')
  const [victim = 0] = await daemon.pids('first')
  process.kill(victim, 'SIGKILL')
  await daemon.event('watcher.first.stop')
  assert.equal((await within(ask(port), 'an answer after the crash')).body, 'first')
})

test('a connection to a socket that two share wakes both', async () => {
  await using daemon = await DaemonUnderTest.start(
    INI.replace('use_sockets = second', 'use_sockets = first'),
    FILES,
  )
  await ask(await daemon.port('first'))
  await daemon.active('first')
  await daemon.active('second')
})

test('quit with everybody asleep ends at once', async () => {
  await using daemon = await DaemonUnderTest.start(INI, FILES)
  assert.equal((await daemon.quit()).code, 0)
})
