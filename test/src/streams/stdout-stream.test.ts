import assert from 'node:assert/strict'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { openPipe } from '../../../supervisor/dist/os/pipe.js'
import type { StreamEvent } from '../../../supervisor/dist/streams/stream.js'
import { openStdoutWriter, StdoutStream } from '../../../supervisor/dist/streams/stdout-stream.js'

test('two streams share standard output and tear no line', async () => {
  const pipe = openPipe()
  const writer = openStdoutWriter(() => {}, pipe.writeFd)
  const line = (letter: string): string => `${letter.repeat(9999)}\n`
  const streams = ['a', 'b'].map((letter) => ({ letter, stream: new StdoutStream(writer) }))
  for (let count = 0; count < 20; count += 1) {
    for (const { letter, stream } of streams) stream.write(Buffer.from(line(letter)))
  }
  const written = text(pipe.readable)
  await Promise.all(streams.map(({ stream }) => stream.close()))
  await writer.close()
  pipe.closeWriteEnd()
  assert.equal(await written, (line('a') + line('b')).repeat(20))
})

test('a reader who stalls does not block us', async () => {
  const pipe = openPipe()
  const stream = new StdoutStream(openStdoutWriter(() => {}, pipe.writeFd))
  stream.write(Buffer.alloc(200_000, 'x\n')) // More than a pipe holds.
  await new Promise(setImmediate)
  const written = text(pipe.readable) // Only now somebody reads.
  await stream.flush()
  pipe.closeWriteEnd()
  assert.equal((await written).length, 200_000)
})

test('a reader who is gone is told as an error and harms nobody', async () => {
  const pipe = openPipe()
  const events: StreamEvent[] = []
  const writer = openStdoutWriter((event) => events.push(event), pipe.writeFd)
  pipe.readable.destroy()
  await new Promise((resolve) => pipe.readable.once('close', resolve))
  new StdoutStream(writer).write(Buffer.from('lost\n'))
  await writer.close()
  pipe.closeWriteEnd()
  assert.deepEqual(
    events.map((event) => (event.type === 'failing' ? event.error.message : event)),
    ['EPIPE: broken pipe, write', { type: 'dropped', target: 'stdout', droppedLines: 1 }],
  )
})
