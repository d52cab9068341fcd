import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { FileStream } from '../../../supervisor/dist/streams/file-stream.js'
import { routeOutput } from '../../../supervisor/dist/streams/route-output.js'
import type { OutputStream } from '../../../supervisor/dist/streams/stream.js'
import { startShell } from '../os/started-process.ts'
import { temporaryDirectory } from '../os/temporary-directory.ts'

const SOURCE = { pid: 1, name: 'stdout' } as const
const env = { PATH: '/usr/bin:/bin' }

test('the lines of many processes share a file and none is lost, mixed or torn', async (t) => {
  const filename = join(temporaryDirectory(t), 'out.log')
  const stream = new FileStream(
    { filename, timeFormat: undefined, maxBytes: 0, backupCount: 0 },
    () => assert.fail('The stream told of trouble'),
  )
  const letters = ['a', 'b', 'c', 'd']
  const routes = letters.map((letter) => {
    const line = letter.repeat(999)
    const { process } = startShell(t, `yes ${line} | head -n 5000; printf ${letter}`, {
      stdout: 'pipe',
      env,
    })
    assert.ok(process.stdout)
    return routeOutput(process.stdout, { pid: process.pid, name: 'stdout' }, stream)
  })
  await Promise.all(routes)
  await stream.close()

  const lines = readFileSync(filename, 'utf8').split('\n')
  const expected = letters.flatMap((letter) => [
    ...Array.from({ length: 5000 }, () => letter.repeat(999)),
    letter,
  ])
  assert.equal(lines.pop(), '')
  assert.deepEqual(lines.toSorted(), expected.toSorted())
})

/** A stream which is full until it is told otherwise. */
function fullStream(): { stream: OutputStream; text: () => string; drain: () => void } {
  let text = ''
  let drain = (): void => {}
  const stream: OutputStream = {
    write(lines) {
      text += lines.toString()
      return false
    },
    drained: () =>
      new Promise((resolve) => {
        drain = resolve
      }),
    flush: async () => {},
    reopen: async () => {},
    close: async () => {},
  }
  return { stream, text: () => text, drain: () => drain() }
}

test('a pipe is not read while its stream is full', async () => {
  const { stream, text, drain } = fullStream()
  const pipe = new PassThrough()
  const ended = routeOutput(pipe, SOURCE, stream)
  pipe.write('first\n')
  await new Promise(setImmediate)
  assert.equal(pipe.isPaused(), true)
  pipe.end('second\n')
  await new Promise(setImmediate)
  assert.equal(text(), 'first\n')
  drain()
  await new Promise(setImmediate)
  drain()
  await ended
  assert.equal(text(), 'first\nsecond\n')
})

test('a pipe which is destroyed ends the route and keeps what it gave', async () => {
  const { stream, text } = fullStream()
  const pipe = new PassThrough()
  const ended = routeOutput(pipe, SOURCE, stream)
  pipe.write('unfinished')
  await new Promise(setImmediate)
  pipe.destroy(new Error('gone'))
  await ended
  assert.equal(text(), 'unfinished\n')
})
