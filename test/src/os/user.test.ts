import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { findCredentials, UnknownAccountError } from '../../../supervisor/dist/os/user.js'

function id(...args: readonly string[]): string {
  return execFileSync('id', args, { encoding: 'utf8' }).trim()
}

/** Of users who are in other groups than their own there is most to get wrong. */
const users = readFileSync('/etc/passwd', 'utf8')
  .split('\n')
  .map((line) => line.split(':')[0] ?? '')
  .filter((name) => /^[a-z]/.test(name))

test('a user has the number, group and supplementary groups which id(1) tells', () => {
  for (const name of users) {
    const found = findCredentials(name, null)
    assert.ok(found?.groups)
    assert.deepEqual([found.uid, found.gid], [Number(id('-u', name)), Number(id('-g', name))])
    const groups = id('-G', name).split(' ').map(Number)
    assert.deepEqual(new Set(found.groups), new Set(groups), name)
  }
})

test('a number means the user who has it', () => {
  assert.deepEqual(findCredentials('0', null), findCredentials('root', null))
})

test('a named group takes the place of the primary one', () => {
  const group = readFileSync('/etc/group', 'utf8').split('\n')[1]?.split(':') ?? []
  const [name = '', , gid] = group
  for (const account of [name, String(gid)]) {
    const found = findCredentials('nobody', account)
    assert.equal(found?.gid, Number(gid))
    assert.ok(found?.groups?.includes(Number(gid)))
  }
})

test('a group alone leaves user and supplementary groups', () => {
  assert.deepEqual(findCredentials(null, '0'), { uid: null, gid: 0, groups: null })
  assert.equal(findCredentials(null, null), null)
})

test('a name or number which nobody has is told', () => {
  const unknown = (uid: string | null, gid: string | null, message: string): void =>
    assert.throws(
      () => findCredentials(uid, gid),
      (error) => {
        assert.ok(error instanceof UnknownAccountError)
        assert.equal(error.message, message)
        return true
      },
    )
  unknown(
    'no-such-user',
    null,
    'Cannot find the user no-such-user: no user of this system has that name',
  )
  unknown(
    '3999999999',
    null,
    'Cannot find the user 3999999999: no user of this system has that number',
  )
  unknown(
    null,
    'no-such-group',
    'Cannot find the group no-such-group: no group of this system has that name',
  )
  unknown(
    'root',
    '3999999999',
    'Cannot find the group 3999999999: no group of this system has that number',
  )
})
