import assert from 'node:assert/strict'
import { closeSync, openSync, readSync } from 'node:fs'
import { test, type TestContext } from 'node:test'
import { pipe } from '../../../supervisor/dist/os/descriptor-calls.js'
import { LineWriter } from '../../../supervisor/dist/os/line-writer.js'

/** Both ends blocking, as a shell makes them. */
function blockingPipe(t: TestContext): { readFd: number; writeFd: number } {
  const ends = new Int32Array(2)
  assert.equal(pipe(ends), 0)
  const [readFd = -1, writeFd = -1] = ends
  t.after(() => closeSync(writeFd))
  return { readFd, writeFd }
}

function readAll(fd: number, length: number): string {
  const bytes = Buffer.alloc(length)
  let have = 0
  while (have < length) have += readSync(fd, bytes, have, length - have, null)
  return bytes.toString()
}

test('a blocking pipe that nobody reads costs lines, not time', (t) => {
  const { readFd, writeFd } = blockingPipe(t)
  t.after(() => closeSync(readFd))
  const writer = new LineWriter(writeFd)
  let taken = 0
  while (writer.write(`line ${taken}\n`.padEnd(100, '.').concat('\n'))) taken += 1
  assert.ok(taken > 100)
  assert.match(readAll(readFd, 101), /^line 0\n/)
})

test('a line that was cut is followed by a line feed', (t) => {
  const { readFd, writeFd } = blockingPipe(t)
  t.after(() => closeSync(readFd))
  const writer = new LineWriter(writeFd)
  assert.equal(writer.write('x'.repeat(1_000_000)), false)
  const bytes = Buffer.alloc(1_000_000)
  const length = readSync(readFd, bytes)
  assert.ok(length < 1_000_000)
  assert.equal(writer.write('after\n'), true)
  assert.equal(readAll(readFd, 7), '\nafter\n')
})

test('a closed pipe is a dropped line', (t) => {
  const { readFd, writeFd } = blockingPipe(t)
  closeSync(readFd)
  assert.equal(new LineWriter(writeFd).write('line\n'), false)
})

test('a descriptor that is not open is a dropped line', () => {
  assert.equal(new LineWriter(9_999).write('line\n'), false)
})

test('a full disk is a dropped line', (t) => {
  const fd = openSync('/dev/full', 'w')
  t.after(() => closeSync(fd))
  assert.equal(new LineWriter(fd).write('line\n'), false)
})
