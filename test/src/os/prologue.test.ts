import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { prologueOf } from '../../../supervisor/dist/os/prologue.js'

const NOTHING = { listenPid: false, umask: null }

test('a process of which nothing is asked needs no shell', () => {
  assert.equal(prologueOf(NOTHING, ['null', 11, 12], null), undefined)
})

test('the shell sets the mask and LISTEN_PID, then becomes the program', () => {
  assert.deepEqual(prologueOf({ listenPid: true, umask: 0o27 }, ['null', 11, 12], null), {
    line: 'umask 0027; export LISTEN_PID=$$; exec "$@"',
    descriptors: ['null', 11, 12],
  })
})

test('a shell with a gate reads a line, then its standard input is /dev/null', () => {
  assert.deepEqual(prologueOf(NOTHING, ['null', 11, 12], 50), {
    line: 'read -r _ || exit 125; exec </dev/null; exec "$@"',
    descriptors: [50, 11, 12],
  })
})

test('any other standard input waits behind the last descriptor', () => {
  assert.deepEqual(prologueOf(NOTHING, [40, 11, 12, 31], 50), {
    line: 'read -r _ || exit 125; exec <&4 4<&-; exec "$@"',
    descriptors: [50, 11, 12, 31, 40],
  })
  assert.deepEqual(prologueOf(NOTHING, ['inherit', 'inherit', 'inherit'], 50)?.descriptors, [
    50,
    'inherit',
    'inherit',
    0,
  ])
})

test('a standard input which the shell could not name is refused', () => {
  const six = [40, 1, 2, 31, 32, 33, 34, 35, 36] as const
  assert.match(prologueOf(NOTHING, six, 50)?.line ?? '', /exec <&9 9<&-/)
  assert.throws(() => prologueOf(NOTHING, [...six, 37], 50), {
    name: 'RangeError',
    message: /room for 6 .*there are 7/,
  })
  assert.deepEqual(prologueOf(NOTHING, ['null', ...six.slice(1), 37], 50)?.descriptors.length, 10)
})

test('a shell whose gate ends without having been opened never becomes the program', () => {
  const line = prologueOf({ listenPid: true, umask: 0 }, ['null'], 50)?.line ?? ''
  const run = (input: string): readonly [number | null, string] => {
    const words = ['-c', line, 'sh', '/bin/echo', 'I run']
    const { status, stdout } = spawnSync('/bin/sh', words, { input, encoding: 'utf8' })
    return [status, stdout]
  }
  assert.deepEqual(run(''), [125, ''])
  assert.deepEqual(run('\n'), [0, 'I run\n'])
})
