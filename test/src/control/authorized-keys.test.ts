import assert from 'node:assert/strict'
import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import {
  AuthorizedKeysFile,
  authorizeKey,
} from '../../../supervisor/dist/arbiter/authorized-keys-file.js'
import { parseAuthorizedKeys } from '../../../supervisor/dist/arbiter/authorized-keys.js'
import { newKeyPair } from '../../../supervisor/dist/net/curve.js'
import { temporaryDirectory } from '../os/temporary-directory.ts'

const [alice, bob] = [newKeyPair().publicKey, newKeyPair().publicKey]

test('one key per line: role, key, name', () => {
  const { keys, problems } = parseAuthorizedKeys(
    `# who may come in\n\n  operate ${alice} alice@example.org\r\nread\t${bob}\tgrafana\n`,
  )
  assert.deepEqual(problems, [])
  assert.deepEqual(Array.from(keys.values()), [
    { publicKey: alice, role: 'operate', name: 'alice@example.org' },
    { publicKey: bob, role: 'read', name: 'grafana' },
  ])
})

const wrong: readonly [line: string, problem: string][] = [
  [`root ${alice} a`, 'line 1: the role must be one of read, operate, admin, not "root"'],
  ['read short a', 'line 1: the key must be a public one, 40 characters of Z85'],
  [`read ${alice}`, 'line 1: the name must be 1 to 64 letters, digits and . _ - @'],
  [`read ${alice} a b`, 'line 1: the name must be 1 to 64 letters, digits and . _ - @'],
  [`read ${alice} a\u001B[2J`, 'line 1: the name must be 1 to 64 letters, digits and . _ - @'],
]

for (const [line, problem] of wrong) {
  test(`${problem}: lets nobody in`, () => {
    const { keys, problems } = parseAuthorizedKeys(`${line}\n`)
    assert.deepEqual([keys.size, problems], [0, [problem]])
  })
}

test('a key that stands there twice has its first role', () => {
  const { keys, problems } = parseAuthorizedKeys(`read ${alice} a\nadmin ${alice} b\n`)
  assert.equal(keys.get(alice)?.role, 'read')
  assert.deepEqual(problems, ['line 2: the key of b stands above already'])
})

function listOf(t: TestContext, text: string) {
  const path = join(temporaryDirectory(t), 'authorized_keys')
  writeFileSync(path, text, { mode: 0o600 })
  const logged: string[] = []
  const list = new AuthorizedKeysFile(path, (level, message) => logged.push(`${level}: ${message}`))
  const names = (): string[] => Array.from(list.keys.values(), ({ name }) => name)
  return { path, list, logged, names }
}

test('a changed file counts at the next look', (t) => {
  const { path, logged, names } = listOf(t, `read ${alice} alice\n`)
  assert.deepEqual(names(), ['alice'])
  authorizeKey(path, bob, 'admin', 'bob')
  assert.deepEqual(names(), ['alice', 'bob'])
  writeFileSync(path, `read ${bob} bob\n`)
  assert.deepEqual(names(), ['bob'])
  const changed = `info: ${path} has changed:`
  assert.deepEqual(logged, [`${changed} 2 keys may come in`, `${changed} 1 keys may come in`])
})

test('a slip in one line locks out nobody else', (t) => {
  const { path, logged, names } = listOf(t, `read ${alice} alice\n`)
  writeFileSync(path, `raed ${bob} bob\nread ${alice} alice\n`)
  assert.deepEqual(names(), ['alice'])
  assert.match(String(logged[0]), /^error: .*: line 1: the role must be one of .* not "raed"$/)
})

test('a file that cannot be trusted any more lets nobody in, until it is mended', (t) => {
  const { path, logged, names } = listOf(t, `read ${alice} alice\n`)
  chmodSync(path, 0o666)
  assert.deepEqual([names(), names()], [[], []])
  assert.equal(logged.length, 1)
  assert.match(String(logged[0]), /^error: .*its mode is 0666, others may write to it.*no key/)
  chmodSync(path, 0o644)
  assert.deepEqual(names(), ['alice'])
  rmSync(path)
  assert.deepEqual(names(), [])
})

test('at the start a mistake is an error', (t) => {
  const path = join(temporaryDirectory(t), 'authorized_keys')
  const open = () => new AuthorizedKeysFile(path, () => {})
  assert.throws(open, { code: 'ERR_KEY_FILE', message: /ENOENT/ })
  writeFileSync(path, 'nonsense\n')
  assert.throws(open, { code: 'ERR_KEY_FILE', message: /line 1: the role must be one of/ })
})

test('authorize begins a list that is ours alone, and adds to it', (t) => {
  const path = join(temporaryDirectory(t), 'authorized_keys')
  authorizeKey(path, alice, 'operate', 'alice')
  assert.equal(statSync(path).mode & 0o777, 0o600)
  writeFileSync(path, `operate ${alice} alice`)
  authorizeKey(path, bob, 'read', 'bob')
  assert.equal(readFileSync(path, 'utf8'), `operate ${alice} alice\nread ${bob} bob\n`)
})

test('authorize refuses what would not count', (t) => {
  const path = join(temporaryDirectory(t), 'authorized_keys')
  authorizeKey(path, alice, 'operate', 'alice')
  const refused: readonly [key: string, role: string, name: string, message: RegExp][] = [
    [alice, 'admin', 'alice', /authorized already, as alice with the role operate/],
    [bob, 'root', 'bob', /the role must be one of/],
    ['bob', 'read', 'bob', /the key must be a public one/],
    [bob, 'read', 'bob\nadmin', /the name must be/],
  ]
  for (const [key, role, name, message] of refused) {
    assert.throws(() => authorizeKey(path, key, role, name), {
      name: 'AuthorizedKeyError',
      message,
    })
  }
  assert.equal(readFileSync(path, 'utf8'), `operate ${alice} alice\n`)
})
