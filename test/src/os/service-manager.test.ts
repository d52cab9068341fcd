import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { findServiceManager } from '../../../supervisor/dist/os/service-manager.js'
import { datagramReceiver } from './datagram-receiver.ts'
import { temporaryDirectory } from './temporary-directory.ts'

test('without NOTIFY_SOCKET there is no service manager', () => {
  assert.equal(findServiceManager({ WATCHDOG_USEC: '1000' }, 1), undefined)
  assert.equal(findServiceManager({ NOTIFY_SOCKET: 'vsock:2:1234' }, 1), undefined)
})

test('a notification is one datagram with a line per field', async (t) => {
  const NOTIFY_SOCKET = join(temporaryDirectory(t), 'notify')
  const receiver = datagramReceiver(t, NOTIFY_SOCKET)
  const manager = findServiceManager({ NOTIFY_SOCKET }, 1) ?? assert.fail()
  t.after(() => manager.close())
  manager.notify({ READY: 1, STATUS: 'two\nlines' })
  assert.equal(await receiver.receive(), 'READY=1\nSTATUS=two lines\n')
})

test('the watchdog is ours if WATCHDOG_PID is our pid or missing', () => {
  const watchdogOf = (environment: Record<string, string>): number | null | undefined =>
    findServiceManager({ NOTIFY_SOCKET: '/nowhere', ...environment }, 42)?.watchdogMs
  assert.equal(watchdogOf({}), null)
  assert.equal(watchdogOf({ WATCHDOG_USEC: '30000000' }), 30_000)
  assert.equal(watchdogOf({ WATCHDOG_USEC: '30000000', WATCHDOG_PID: '42' }), 30_000)
  assert.equal(watchdogOf({ WATCHDOG_USEC: '30000000', WATCHDOG_PID: '43' }), null)
  assert.equal(watchdogOf({ WATCHDOG_USEC: 'soon' }), null)
})
