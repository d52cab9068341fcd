import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createStream } from '../../../supervisor/dist/streams/create-stream.js'
import { openStdoutWriter, StdoutStream } from '../../../supervisor/dist/streams/stdout-stream.js'
import { temporaryDirectory } from '../os/temporary-directory.ts'

const CONTEXT = { stdout: openStdoutWriter(() => {}), report: () => {} }
const NOTHING_SET = { filename: null, maxBytes: 0, backupCount: 0, timeFormat: null }

test('StdoutStream is standard output', () => {
  assert.ok(
    createStream({ ...NOTHING_SET, class: 'StdoutStream' }, CONTEXT) instanceof StdoutStream,
  )
})

test('the options of a file take effect', async (t) => {
  const filename = join(temporaryDirectory(t), 'out.log')
  const stream = createStream(
    { class: 'FileStream', filename, timeFormat: 'web', maxBytes: 20, backupCount: 1 },
    CONTEXT,
  )
  for (const line of ['first\n', 'second\n']) {
    stream.write(Buffer.from(line), { pid: 1, name: 'stdout' })
  }
  await stream.close()
  assert.equal(readFileSync(`${filename}.1`, 'utf8'), 'web [1] | first\n')
  assert.equal(readFileSync(filename, 'utf8'), 'web [1] | second\n')
})
