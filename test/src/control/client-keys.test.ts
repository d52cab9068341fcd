import assert from 'node:assert/strict'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { readClientKeys } from '../../../supervisor/dist/client/index.js'
import { newKeyPair } from '../../../supervisor/dist/net/curve.js'
import { createKeyFile } from '../../../supervisor/dist/net/key-file.js'
import { temporaryDirectory } from '../os/temporary-directory.ts'

const nothing = { serverKey: null, keyFile: null, environment: {} }
const serverKey = newKeyPair().publicKey

test('without flags and variables there are no keys', () => {
  assert.equal(readClientKeys(nothing), null)
  const environment = { CIRCUSCTL_SERVER_KEY: '', CIRCUSCTL_KEY: '' }
  assert.equal(readClientKeys({ ...nothing, environment }), null)
})

test('flags come first, the environment gives what they leave out', (t) => {
  const keyFile = join(temporaryDirectory(t), 'key')
  const publicKey = createKeyFile(keyFile)
  const environment = { CIRCUSCTL_SERVER_KEY: serverKey, CIRCUSCTL_KEY: keyFile }
  const fromEnvironment = readClientKeys({ ...nothing, environment })
  assert.deepEqual([fromEnvironment?.serverKey, fromEnvironment?.publicKey], [serverKey, publicKey])
  const other = newKeyPair().publicKey
  const mixed = readClientKeys({ serverKey: other, keyFile: null, environment })
  assert.deepEqual([mixed?.serverKey, mixed?.publicKey], [other, publicKey])
})

test('half of what is needed is refused, with the name of the other half', () => {
  const half = { ...nothing, serverKey }
  assert.throws(() => readClientKeys(half), { message: /--key or CIRCUSCTL_KEY\) is missing/ })
  const otherHalf = { ...nothing, keyFile: '/nowhere' }
  const message = /--server-key or CIRCUSCTL_SERVER_KEY\) is missing/
  assert.throws(() => readClientKeys(otherHalf), { name: 'ClientKeysError', message })
})

test('what is no key is refused', (t) => {
  const keyFile = join(temporaryDirectory(t), 'key')
  const sources = { serverKey, keyFile, environment: {} }
  assert.throws(() => readClientKeys(sources), { code: 'ERR_KEY_FILE', message: /ENOENT/ })
  createKeyFile(keyFile)
  const message = /the server key must be a public key/
  assert.throws(() => readClientKeys({ ...sources, serverKey: 'x' }), { message })
  chmodSync(keyFile, 0o644)
  assert.throws(() => readClientKeys(sources), { message: /its mode is 0644/ })
})
