import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSecret, MASK, maskSecrets } from '../../../supervisor/dist/protocol/mask-secrets.js'

const secret: readonly [name: string, value: string][] = [
  ['DB_PASSWORD', ''],
  ['PGPASSWORD', 'x'],
  ['MYSQL_PWD', 'x'],
  ['github_token', 'x'],
  ['AWS_SECRET_ACCESS_KEY', 'x'],
  ['STRIPE_APIKEY', 'x'],
  ['SESSION_KEY', 'x'],
  ['DATABASE_URL', 'postgres://app:hunter2@db:5432/app'],
  ['BROKER', 'amqps://:hunter2@mq/%2f'],
  ['TLS', '-----BEGIN RSA PRIVATE KEY-----\nMIIE'],
  ['WHO', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl'],
]

const harmless: readonly [name: string, value: string][] = [
  ['PWD', '/srv'],
  ['OLDPWD', '/srv'],
  ['PORT', '80'],
  ['HOME', '/home/user:x@y'],
  ['DATABASE_URL', 'postgres://db:5432/app'],
  ['KEYBOARD', 'de'],
  ['PATH', '/usr/bin'],
]

for (const [name, value] of secret) {
  test(`${name}=${value.slice(0, 30)} is a secret`, () => assert.ok(isSecret(name, value)))
}

for (const [name, value] of harmless) {
  test(`${name}=${value} is no secret`, () => assert.ok(!isSecret(name, value)))
}

test('only values in env are masked, and the options themselves stay as they are', () => {
  const options = { cmd: 'run --token x', env: { TOKEN: 'x', A: '1' } }
  assert.deepEqual(maskSecrets(options), { cmd: 'run --token x', env: { TOKEN: MASK, A: '1' } })
  assert.equal(options.env.TOKEN, 'x')
})

test('options without an environment are shown as they are', () => {
  for (const options of [{}, { env: null }, { env: 'TOKEN=x' }]) {
    assert.deepEqual(maskSecrets(options), options)
  }
})
