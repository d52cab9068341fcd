import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OutputStream } from '../../../supervisor/dist/streams/stream.js'
import { SwitchedStream } from '../../../supervisor/dist/streams/switched-stream.js'

const SOURCE = { pid: 1, name: 'stdout' } as const

/** Writes down what it is told, and closes when it is let. */
class FakeStream implements OutputStream {
  readonly lines: string[] = []
  readonly closed: Promise<void>
  #isAskedToClose = false
  finishClose = (): void => {}

  constructor() {
    this.closed = new Promise((resolve) => (this.finishClose = resolve))
  }

  get isAskedToClose(): boolean {
    return this.#isAskedToClose
  }

  write(lines: Buffer): boolean {
    this.lines.push(lines.toString())
    return true
  }

  async drained(): Promise<void> {}
  async flush(): Promise<void> {}
  async reopen(): Promise<void> {
    this.lines.push('reopened')
  }

  close(): Promise<void> {
    this.#isAskedToClose = true
    return this.closed
  }
}

test('lines go to the stream that was put in last, and the one before is closed', async () => {
  const [first, second] = [new FakeStream(), new FakeStream()]
  const stream = new SwitchedStream(first)
  stream.write(Buffer.from('one\n'), SOURCE)
  stream.switchTo(second)
  stream.write(Buffer.from('two\n'), SOURCE)
  await stream.reopen()
  assert.deepEqual(first.lines, ['one\n'])
  assert.deepEqual(second.lines, ['two\n', 'reopened'])
  assert.deepEqual([first.isAskedToClose, second.isAskedToClose], [true, false])
})

test('close waits for what the streams of before have to write', async () => {
  const [first, second] = [new FakeStream(), new FakeStream()]
  const stream = new SwitchedStream(first)
  stream.switchTo(second)
  let isClosed = false
  const closing = stream.close().then(() => (isClosed = true))
  second.finishClose()
  await second.closed
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(isClosed, false)
  first.finishClose()
  await closing
})
