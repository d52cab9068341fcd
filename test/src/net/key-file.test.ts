import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { isPair, newKeyPair } from '../../../supervisor/dist/net/curve.js'
import {
  createKeyFile,
  formatKeyPair,
  parseKeyPair,
  readKeyFile,
} from '../../../supervisor/dist/net/key-file.js'
import { temporaryDirectory } from '../os/temporary-directory.ts'

test('a new key file is ours alone, and holds a key pair', (t) => {
  const path = join(temporaryDirectory(t), 'key')
  const publicKey = createKeyFile(path)
  assert.equal(statSync(path).mode & 0o777, 0o600)
  const keys = readKeyFile(path)
  assert.equal(keys.publicKey, publicKey)
  assert.ok(isPair(keys))
})

test('no key is ever overwritten', (t) => {
  const path = join(temporaryDirectory(t), 'key')
  createKeyFile(path)
  const before = readFileSync(path, 'utf8')
  const message = `Cannot use the key file ${path}: it exists, and its key would be lost`
  assert.throws(() => createKeyFile(path), { code: 'ERR_KEY_FILE', path, message })
  assert.equal(readFileSync(path, 'utf8'), before)
})

test('a key file that others may read or write is refused, with the way to mend it', (t) => {
  const path = join(temporaryDirectory(t), 'key')
  createKeyFile(path)
  for (const mode of [0o640, 0o620, 0o604, 0o601]) {
    chmodSync(path, mode)
    const message = `Cannot use the key file ${path}: its mode is 0${mode.toString(8)}, so others may use it: chmod 600 ${path}`
    assert.throws(() => readKeyFile(path), { message })
  }
  chmodSync(path, 0o400)
  readKeyFile(path)
})

test('what is no file of keys is refused with the reason', (t) => {
  const directory = temporaryDirectory(t)
  const path = join(directory, 'key')
  assert.throws(() => readKeyFile(path), { code: 'ERR_KEY_FILE', message: /ENOENT/ })
  mkdirSync(join(directory, 'directory'), { mode: 0o700 })
  assert.throws(() => readKeyFile(join(directory, 'directory')), { message: /no regular file/ })
  writeFileSync(path, 'x'.repeat(65_537), { mode: 0o600 })
  assert.throws(() => readKeyFile(path), { message: /too large/ })
})

const keys = newKeyPair()

test('a key pair is read as it is written, whatever stands around it', () => {
  assert.deepEqual(parseKeyPair(formatKeyPair(keys)), keys)
  assert.deepEqual(parseKeyPair(`# a\n${formatKeyPair(keys)}\nmore = "x"\n`), keys)
})

const wrong: readonly [what: string, text: string, reason: RegExp][] = [
  ['an empty file', '', /needs a line public-key/],
  ['half of a pair', `public-key = "${keys.publicKey}"`, /needs a line public-key/],
  ['a short key', formatKeyPair({ ...keys, secretKey: 'short' }), /40 characters of Z85/],
  [
    'keys of two pairs',
    formatKeyPair({ ...keys, publicKey: newKeyPair().publicKey }),
    /do not belong together/,
  ],
]

for (const [what, text, reason] of wrong) {
  test(`${what} is no key pair`, () => {
    const problem = parseKeyPair(text)
    assert.ok(typeof problem === 'string')
    assert.match(problem, reason)
  })
}
