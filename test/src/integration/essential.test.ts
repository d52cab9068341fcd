import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DaemonUnderTest, within } from './daemon-under-test.ts'

/** The helper depends on the essential program's neighbour, so that there is an order to keep. */
function iniWith(command: string, more = 'respawn = false'): string {
  return `
[watcher:main]
cmd = ${command}
ready = none
essential = true
${more}

[watcher:store]
cmd = sleep 1000
ready = none
priority = 9

[watcher:helper]
cmd = sleep 1000
ready = none
priority = 10
depends_on = store
`
}

/** Ends as it is told when the file `end` is there. */
function until(how: string): string {
  return `sh -c 'until [ -e end ]; do sleep 0.05; done; ${how}'`
}

test('when an essential watcher has ended, the others are stopped in order and circusd has its exit code', async () => {
  await using daemon = await DaemonUnderTest.start(iniWith(until('exit 7')))
  for (const name of ['main', 'store', 'helper']) await daemon.active(name)
  daemon.write('end', '')
  const { code } = await within(daemon.ended, 'the end of circusd')
  assert.equal(code, 7)
  assert.match(daemon.output, /main is essential and has ended: circusd stops with exit code 7/)
  const said = ['main stopped', 'helper stopped', 'store stopped']
  const places = said.map((text) => daemon.output.indexOf(text))
  assert.ok(places.every((place) => place >= 0))
  assert.deepEqual(
    places,
    places.toSorted((left, right) => left - right),
  )
})

test('death by a signal becomes 128 and its number, as in a shell', async () => {
  await using daemon = await DaemonUnderTest.start(iniWith(until('kill -KILL $$')))
  daemon.write('end', '')
  assert.equal((await within(daemon.ended, 'the end of circusd')).code, 137)
})

test('an essential watcher that did its work well ends circusd with 0', async () => {
  await using daemon = await DaemonUnderTest.start(iniWith(until('exit 0')))
  daemon.write('end', '')
  assert.equal((await within(daemon.ended, 'the end of circusd')).code, 0)
})

test('an essential program that is missing ends circusd with 127', async () => {
  await using daemon = await DaemonUnderTest.start(iniWith('no-such-program-here', ''))
  assert.equal((await within(daemon.ended, 'the end of circusd')).code, 127)
})

test('with respawn, it is given up first: max_retry decides', async () => {
  await using daemon = await DaemonUnderTest.start(
    iniWith("sh -c 'exit 9'", 'max_retry = 2\nbackoff = 10ms..20ms').replace(
      'ready = none',
      'ready = delay:5',
    ),
  )
  assert.equal((await within(daemon.ended, 'the end of circusd')).code, 9)
  assert.match(daemon.output, /slot 1 is given up after 2 of 2 tries/)
})

test('an operator may stop or restart it: that ends nothing', async () => {
  await using daemon = await DaemonUnderTest.start(iniWith('sleep 1000', ''))
  await daemon.active('main')
  assert.equal((await daemon.call('restart', { name: 'main', waiting: true }))['status'], 'ok')
  assert.equal((await daemon.call('stop', { name: 'main', waiting: true }))['status'], 'ok')
  const { statuses } = await daemon.call('status')
  assert.deepEqual(statuses, { helper: 'active', main: 'stopped', store: 'active' })
})
