import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createStream, StreamOptionError } from '../../../supervisor/dist/streams/create-stream.js'
import { FileStream } from '../../../supervisor/dist/streams/file-stream.js'
import { openStdoutWriter, StdoutStream } from '../../../supervisor/dist/streams/stdout-stream.js'
import { temporaryDirectory } from '../os/temporary-directory.ts'

const CONTEXT = { stdout: openStdoutWriter(() => {}), report: () => {} }

for (const name of ['StdoutStream', 'circus.stream.StdoutStream']) {
  test(`${name} is standard output`, () => {
    assert.ok(createStream({ class: name }, CONTEXT) instanceof StdoutStream)
  })
}

for (const options of [{}, { class: 'FileStream' }, { class: 'circus.stream.FileStream' }]) {
  test(`${JSON.stringify(options)} with a filename is a file`, async (t) => {
    const filename = join(temporaryDirectory(t), 'out.log')
    const stream = createStream({ ...options, filename, refresh_time: '0.3' }, CONTEXT)
    assert.ok(stream instanceof FileStream)
    await stream.close()
    assert.equal(readFileSync(filename, 'utf8'), '')
  })
}

test('the options of a file take effect', async (t) => {
  const filename = join(temporaryDirectory(t), 'out.log')
  const options = { filename, time_format: 'web', max_bytes: '20', backup_count: '1' }
  const stream = createStream(options, CONTEXT)
  for (const line of ['first\n', 'second\n']) {
    stream.write(Buffer.from(line), { pid: 1, name: 'stdout' })
  }
  await stream.close()
  assert.equal(readFileSync(`${filename}.1`, 'utf8'), 'web [1] | first\n')
  assert.equal(readFileSync(filename, 'utf8'), 'web [1] | second\n')
})

for (const [options, message] of [
  [{}, 'Cannot make a stream: it has neither class nor filename'],
  [{ max_bytes: '5' }, 'Cannot make a stream: it has neither class nor filename'],
  [
    { class: 'my.own.Stream' },
    'Cannot make a stream of class my.own.Stream: not supported yet; supported are FileStream, StdoutStream',
  ],
  [
    { filename: '/dev/null', max_bytes: '1k' },
    'Cannot use stream option max_bytes as a number of 0 or more: current value is 1k',
  ],
  [
    { filename: '/dev/null', backup_count: '-1' },
    'Cannot use stream option backup_count as a number of 0 or more: current value is -1',
  ],
] as const) {
  test(`${JSON.stringify(options)} is refused`, () => {
    assert.throws(
      () => createStream(options, CONTEXT),
      (error) => error instanceof StreamOptionError && error.message === message,
    )
  })
}
