import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearestName } from '../../../supervisor/dist/config/nearest-name.js'

const names = ['cmd', 'args', 'numprocesses', 'use_sockets', 'host']

const cases: [written: string, meant: string | undefined][] = [
  ['numproceses', 'numprocesses'],
  ['NumProcesses', 'numprocesses'],
  ['num_processes', 'numprocesses'],
  ['cdm', 'cmd'],
  ['arg', 'args'],
  ['hots', 'host'],
  ['use-socket', 'use_sockets'],
  ['zebra', undefined],
  ['x', undefined],
  ['', undefined],
]

for (const [written, meant] of cases) {
  test(`nearest name: "${written}" means ${meant ?? 'none of them'}`, () => {
    assert.equal(nearestName(written, names), meant)
  })
}

test('nearest name: an exact name wins over near ones, and the first of equals wins', () => {
  assert.equal(nearestName('bb', ['ab', 'bb', 'cb']), 'bb')
  assert.equal(nearestName('xb', ['ab', 'bb']), 'ab')
})
