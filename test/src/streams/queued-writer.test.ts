import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  FAILING_LIMIT_BYTES,
  PAUSE_ABOVE_BYTES,
  QUEUE_LIMIT_BYTES,
  QueuedWriter,
  type WriteTarget,
} from '../../../supervisor/dist/streams/queued-writer.js'
import type { StreamEvent } from '../../../supervisor/dist/streams/stream.js'

/** A target which writes, fails or hangs as a test says, and remembers what it was asked. */
class FakeTarget implements WriteTarget {
  readonly name = 'fake'
  text = ''
  calls: string[] = []
  mode: 'working' | 'failing' | 'hanging' = 'working'
  mostBytes = Number.POSITIVE_INFINITY
  #hanging: (() => void)[] = []

  async write(bytes: Buffer): Promise<number> {
    if (this.mode === 'hanging') await new Promise<void>((resolve) => this.#hanging.push(resolve))
    this.#fail()
    const part = bytes.subarray(0, this.mostBytes)
    this.text += part.toString('latin1')
    this.calls.push('write')
    return part.length
  }

  async reopen(): Promise<void> {
    this.#fail()
    this.calls.push('reopen')
  }

  async close(): Promise<void> {
    this.calls.push('close')
  }

  release(mode: 'working' | 'failing'): void {
    this.mode = mode
    for (const resolve of this.#hanging.splice(0)) resolve()
  }

  #fail(): void {
    if (this.mode === 'failing') throw new Error('disk full')
  }
}

function setUp(): { target: FakeTarget; writer: QueuedWriter; events: StreamEvent[] } {
  const target = new FakeTarget()
  const events: StreamEvent[] = []
  return { target, events, writer: new QueuedWriter(target, (event) => events.push(event)) }
}

function block(bytes: number): Buffer {
  return Buffer.alloc(bytes, `${'x'.repeat(1023)}\n`)
}

test('blocks are written in order, those which came meanwhile at once', async () => {
  const { target, writer, events } = setUp()
  for (const text of ['a\n', 'b\n', 'c\n']) assert.equal(writer.write(Buffer.from(text)), true)
  await writer.drained(0)
  assert.equal(target.text, 'a\nb\nc\n')
  assert.deepEqual(target.calls, ['write', 'write'])
  assert.deepEqual(events, [])
})

test('a write which takes only a part is continued', async () => {
  const { target, writer } = setUp()
  target.mostBytes = 3
  writer.write(Buffer.from('abcdefgh\n'))
  writer.write(Buffer.from('i\n'))
  await writer.drained(0)
  assert.equal(target.text, 'abcdefgh\ni\n')
})

test('a caller is asked to pause when much is waiting, and told when to go on', async () => {
  const { target, writer, events } = setUp()
  target.mode = 'hanging'
  assert.equal(writer.write(block(PAUSE_ABOVE_BYTES)), true)
  assert.equal(writer.write(block(1024)), false)
  target.release('working')
  await writer.drained()
  assert.equal(writer.write(block(1024)), true)
  await writer.drained(0)
  assert.equal(target.text.length, PAUSE_ABOVE_BYTES + 2048)
  assert.deepEqual(events, [])
})

test('a caller who does not pause loses the oldest lines, and it is told', async () => {
  const { target, writer, events } = setUp()
  target.mode = 'hanging'
  writer.write(Buffer.from('in flight\n'))
  writer.write(Buffer.from('oldest\nlines\n'))
  writer.write(block(QUEUE_LIMIT_BYTES))
  target.release('working')
  await writer.drained(0)
  assert.equal(target.text.length, 'in flight\n'.length + QUEUE_LIMIT_BYTES)
  assert.deepEqual(events, [{ type: 'dropped', target: 'fake', droppedLines: 2 }])
})

test('a target which fails makes nobody wait, and is told once', async () => {
  const { target, writer, events } = setUp()
  target.mode = 'failing'
  writer.write(block(PAUSE_ABOVE_BYTES + 1024))
  await writer.drained(0)
  assert.equal(writer.write(block(1024)), true)
  await writer.reopen()
  assert.deepEqual(events, [{ type: 'failing', target: 'fake', error: new Error('disk full') }])
  await writer.close()
})

test('a target which recovers gets the newest lines and the count of those lost', async () => {
  const { target, writer, events } = setUp()
  target.mode = 'failing'
  writer.write(Buffer.from('in flight\n'))
  await writer.drained(0)
  writer.write(Buffer.from('lost\nlost\n'))
  writer.write(block(FAILING_LIMIT_BYTES))

  target.mode = 'working'
  await writer.reopen()
  await writer.close()

  assert.ok(target.text.startsWith('in flight\nxxx'))
  assert.equal(target.text.length, 'in flight\n'.length + FAILING_LIMIT_BYTES)
  assert.deepEqual(events.slice(1), [{ type: 'recovered', target: 'fake', droppedLines: 2 }])
})

test('a target which fails is tried again after a while without being asked', async () => {
  const { target, writer } = setUp()
  target.mode = 'failing'
  writer.write(Buffer.from('a\n'))
  await writer.drained(0)
  target.mode = 'working'
  const keepAlive = setInterval(() => {}, 1000) // The writer itself keeps no program running.
  while (target.text === '') await new Promise((resolve) => setTimeout(resolve, 10))
  clearInterval(keepAlive)
  assert.equal(target.text, 'a\n')
})

test('reopening waits for the write in flight, and the next one waits for it', async () => {
  const { target, writer } = setUp()
  target.mode = 'hanging'
  writer.write(Buffer.from('a\n'))
  const reopened = writer.reopen()
  writer.write(Buffer.from('b\n'))
  target.release('working')
  await reopened
  await writer.drained(0)
  assert.deepEqual(target.calls, ['write', 'reopen', 'write'])
})

test('close writes what is waiting, once', async () => {
  const { target, writer } = setUp()
  writer.write(Buffer.from('a\n'))
  writer.write(Buffer.from('b\n'))
  await Promise.all([writer.close(), writer.close()])
  assert.equal(target.text, 'a\nb\n')
  assert.deepEqual(target.calls, ['write', 'write', 'close'])
})

test('closing a target which fails gives up after one more try and tells the loss', async () => {
  const { target, writer, events } = setUp()
  target.mode = 'failing'
  writer.write(Buffer.from('a\nb\n'))
  await writer.drained(0)
  writer.write(Buffer.from('c\n'))
  await writer.close()
  assert.deepEqual(events.slice(1), [{ type: 'dropped', target: 'fake', droppedLines: 3 }])
})

test('what is written after close is ignored', async () => {
  const { target, writer } = setUp()
  await writer.close()
  assert.equal(writer.write(Buffer.from('a\n')), true)
  await writer.drained(0)
  assert.equal(target.text, '')
})
