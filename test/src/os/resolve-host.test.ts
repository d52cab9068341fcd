import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resolveHost } from '../../../supervisor/dist/os/resolve-host.js'

test('a numeric address is given back as it is', async () => {
  assert.equal(await resolveHost('127.0.0.1', 'inet'), '127.0.0.1')
  assert.equal(await resolveHost('0.0.0.0', 'inet'), '0.0.0.0')
  assert.equal(await resolveHost('::1', 'inet6'), '::1')
})

test('localhost is an address of the family', async () => {
  assert.match(await resolveHost('localhost', 'inet'), /^127\./)
})

test('a numeric address of another family is none', async () => {
  await assert.rejects(resolveHost('::1', 'inet'), {
    name: 'UnknownHostError',
    code: 'ENOTFOUND',
    message: 'Cannot resolve ::1 as inet address (ENOTFOUND)',
  })
})

test('a name which cannot be resolved is told', async () => {
  const host = `${'x'.repeat(64)}.invalid` // Longer than a label may be, so no server has to be asked.
  await assert.rejects(resolveHost(host, 'inet6'), {
    name: 'UnknownHostError',
    message: `Cannot resolve ${host} as inet6 address (ENOTFOUND)`,
  })
})
