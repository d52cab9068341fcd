import assert from 'node:assert/strict'
import { chmodSync, chownSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  assertPrivate,
  defaultEndpoints,
  prepareRuntimeDirectory,
  runtimeDirectories,
} from '../../../supervisor/dist/os/runtime-directory.js'
import { temporaryDirectory } from '../os/temporary-directory.ts'

const ours = join(tmpdir(), 'circus-1000')

const places: readonly [environment: Record<string, string>, uid: number, places: string[]][] = [
  [{}, 1000, [ours]],
  [{}, 0, ['/run/circus']],
  [{ XDG_RUNTIME_DIR: '/run/user/1000' }, 1000, ['/run/user/1000/circus', ours]],
  [{ XDG_RUNTIME_DIR: '/run/user/0' }, 0, ['/run/user/0/circus', '/run/circus']],
  [{ XDG_RUNTIME_DIR: '' }, 1000, [ours]],
  [{ XDG_RUNTIME_DIR: 'relative' }, 1000, [ours]],
  [{ CIRCUS_RUNTIME_DIR: '/srv/c', XDG_RUNTIME_DIR: '/run/user/1000' }, 1000, ['/srv/c']],
  [{ CIRCUS_RUNTIME_DIR: '' }, 1000, [ours]],
]

for (const [environment, uid, expected] of places) {
  test(`user ${uid} with ${JSON.stringify(environment)} looks at ${expected.join(', ')}`, () => {
    assert.deepEqual(runtimeDirectories(environment, uid), expected)
  })
}

test('the default endpoints are sockets in the directory', () => {
  assert.deepEqual(defaultEndpoints('/run/circus'), {
    control: 'ipc:///run/circus/control',
    events: 'ipc:///run/circus/events',
    stats: 'ipc:///run/circus/stats',
  })
})

test('a missing directory is created for its owner only, an existing one is used again', (t) => {
  const directory = join(temporaryDirectory(t), 'circus')
  prepareRuntimeDirectory(directory)
  assert.equal(statSync(directory).mode & 0o777, 0o700)
  prepareRuntimeDirectory(directory)
})

const refused: readonly [what: string, make: (path: string) => void, reason: RegExp][] = [
  [
    'open to others',
    (path) => (mkdirSync(path), chmodSync(path, 0o750)),
    /mode is 0750, must be 0700/,
  ],
  ['closed to its owner', (path) => (mkdirSync(path), chmodSync(path, 0o500)), /mode is 0500/],
  ['a file', (path) => writeFileSync(path, ''), /it is no directory/],
  ['a symbolic link', (path) => symlinkSync(tmpdir(), path), /it is a symbolic link/],
]

for (const [what, make, reason] of refused) {
  test(`a runtime directory that is ${what} is refused`, (t) => {
    const path = join(temporaryDirectory(t), 'circus')
    make(path)
    assert.throws(() => prepareRuntimeDirectory(path), {
      code: 'ERR_RUNTIME_DIRECTORY',
      path,
      message: reason,
    })
  })
}

test("somebody else's directory is refused", { skip: process.getuid?.() !== 0 }, (t) => {
  const path = join(temporaryDirectory(t), 'circus')
  mkdirSync(path, { mode: 0o700 })
  chownSync(path, 12_345, 12_345)
  assert.throws(() => prepareRuntimeDirectory(path), {
    message: /belongs to user 12345, must be 0/,
  })
})

test('a directory whose parent is missing is not created', (t) => {
  const path = join(temporaryDirectory(t), 'missing', 'circus')
  assert.throws(() => prepareRuntimeDirectory(path), {
    message: /^Cannot create runtime directory/,
  })
  assert.throws(() => assertPrivate(path), { message: /it does not exist/ })
})
