import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createPidfile } from '../../../supervisor/dist/os/pidfile.js'
import { temporaryDirectory } from './temporary-directory.ts'

/** A pid that was somebody's and is nobody's. */
function deadPid(): number {
  return spawnSync('true').pid
}

test('the file holds our pid and a line feed, mode 0644, and nothing lies beside it', (t) => {
  const directory = temporaryDirectory(t)
  const path = join(directory, 'pid')
  const mask = process.umask(0o022)
  createPidfile(path)
  process.umask(mask)
  assert.equal(readFileSync(path, 'utf8'), `${process.pid}\n`)
  assert.equal(statSync(path).mode & 0o777, 0o644)
  assert.deepEqual(readdirSync(directory), ['pid'])
})

for (const [what, text] of [
  ['a dead pid', `${deadPid()}\n`],
  ['garbage', 'garbage\n'],
  ['nothing', ''],
  ['a number that would mean everybody', '-1\n'],
  ['our own pid', `${process.pid}\n`],
] as const) {
  test(`a file with ${what} is overwritten`, (t) => {
    const path = join(temporaryDirectory(t), 'pid')
    writeFileSync(path, text)
    createPidfile(path)
    assert.equal(readFileSync(path, 'utf8'), `${process.pid}\n`)
  })
}

test('a file with the pid of another living process is left alone; the error names it', (t) => {
  const path = join(temporaryDirectory(t), 'pid')
  writeFileSync(path, `${process.ppid}\n`)
  assert.throws(() => createPidfile(path), {
    name: 'PidfileInUseError',
    holder: process.ppid,
    message: new RegExp(`^Cannot write the pidfile .*: it names process ${process.ppid} .*alive$`),
  })
  assert.equal(readFileSync(path, 'utf8'), `${process.ppid}\n`)
})

test('a missing directory is an error with the path', (t) => {
  const path = join(temporaryDirectory(t), 'missing', 'pid')
  assert.throws(() => createPidfile(path), {
    name: 'PidfileError',
    message: `Cannot write the pidfile ${path}: no such file or directory (ENOENT)`,
  })
})

test('it is removed only if it still holds our pid', (t) => {
  const path = join(temporaryDirectory(t), 'pid')
  const remove = createPidfile(path)
  writeFileSync(path, '1\n')
  remove()
  assert.equal(readFileSync(path, 'utf8'), '1\n')
  writeFileSync(path, `${process.pid}\n`)
  remove()
  assert.equal(existsSync(path), false)
  remove()
})
