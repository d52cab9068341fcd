import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkOwnerUid } from '../../../supervisor/dist/protocol/check-owner-uid.js'

test('without an owner any uid may be given', () => {
  for (const options of [{}, { uid: 'root' }]) checkOwnerUid(options, null)
})

test('with an owner, uid must be the same value', () => {
  checkOwnerUid({ uid: 'www' }, 'www')
  for (const options of [{}, { uid: 'root' }, { uid: 33 }, { uid: null }, { uid: ['www'] }]) {
    assert.throws(() => checkOwnerUid(options, 'www'), {
      errno: 3,
      message: 'uid does not match endpoint_owner',
    })
  }
})
