import assert from 'node:assert/strict'
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { FileStream, type FileStreamOptions } from '../../../supervisor/dist/streams/file-stream.js'
import type { StreamEvent } from '../../../supervisor/dist/streams/stream.js'
import { temporaryDirectory } from '../os/temporary-directory.ts'

const SOURCE = { pid: 42, name: 'stdout' } as const

interface Opened {
  readonly directory: string
  readonly path: string
  readonly stream: FileStream
  readonly events: StreamEvent[]
  /** Writes each line on its own and waits until it is in the file. */
  readonly write: (...lines: readonly string[]) => Promise<void>
}

function open(t: TestContext, options: Partial<FileStreamOptions> = {}): Opened {
  const directory = temporaryDirectory(t)
  const path = join(directory, 'logs', 'out.log')
  mkdirSync(join(directory, 'logs'))
  const events: StreamEvent[] = []
  const stream = new FileStream(
    { filename: path, timeFormat: undefined, maxBytes: 0, backupCount: 0, ...options },
    (event) => events.push(event),
  )
  t.after(() => stream.close())
  const write = async (...lines: readonly string[]): Promise<void> => {
    for (const line of lines) {
      stream.write(Buffer.from(`${line}\n`), SOURCE)
      await stream.flush()
    }
  }
  return { directory: join(directory, 'logs'), path, stream, events, write }
}

/** Names and contents of all files of a directory. */
function contents(directory: string): Record<string, string> {
  const names = readdirSync(directory).toSorted()
  return Object.fromEntries(
    names.map((name) => [name, readFileSync(join(directory, name), 'utf8')]),
  )
}

test('the file is there as soon as the stream is', (t) => {
  assert.deepEqual(contents(open(t).directory), { 'out.log': '' })
})

test('a missing directory is told at once', (t) => {
  const filename = join(temporaryDirectory(t), 'missing', 'out.log')
  assert.throws(() => open(t, { filename }), {
    name: 'SystemError',
    code: 'ENOENT',
    message: `Cannot open ${filename}: no such file or directory (ENOENT)`,
  })
})

test('lines are appended as they came', async (t) => {
  const { path, stream, write } = open(t)
  await write('größe', '')
  await stream.close()
  assert.equal(readFileSync(path, 'utf8'), 'größe\n\n')
})

test('what the file already holds stays', async (t) => {
  const filename = join(temporaryDirectory(t), 'out.log')
  writeFileSync(filename, 'before\n')
  await open(t, { filename }).write('after')
  assert.equal(readFileSync(filename, 'utf8'), 'before\nafter\n')
})

test('a time format puts the time and the pid before each line', async (t) => {
  const { path, write } = open(t, { timeFormat: '%Y' })
  await write('a\nb')
  assert.match(readFileSync(path, 'utf8'), /^\d{4} \[42\] \| a\n\d{4} \[42\] \| b\n$/)
})

test('a file which would reach max_bytes is moved away first', async (t) => {
  const { directory, write } = open(t, { maxBytes: 10, backupCount: 2 })
  await write('1234', '5678') // Ten bytes with their line feeds: one too many.
  assert.deepEqual(contents(directory), { 'out.log': '5678\n', 'out.log.1': '1234\n' })
})

test('backups beyond the count are lost, the newest is number 1', async (t) => {
  const { directory, write } = open(t, { maxBytes: 10, backupCount: 2 })
  await write('line 1', 'line 2', 'line 3', 'line 4')
  assert.deepEqual(contents(directory), {
    'out.log': 'line 4\n',
    'out.log.1': 'line 3\n',
    'out.log.2': 'line 2\n',
  })
})

test('lines which came together are parted over files, none is torn', async (t) => {
  const { directory, write } = open(t, { maxBytes: 10, backupCount: 5 })
  await write('a\nb\nc\nd\nlong line of its own\ne')
  assert.deepEqual(contents(directory), {
    'out.log': 'e\n',
    'out.log.1': 'long line of its own\n',
    'out.log.2': 'a\nb\nc\nd\n',
  })
})

test('without a backup count the file grows on, as with Circus', async (t) => {
  const { directory, write } = open(t, { maxBytes: 5, backupCount: 0 })
  await write('line 1', 'line 2')
  assert.deepEqual(contents(directory), { 'out.log': 'line 1\nline 2\n' })
})

test('a file which somebody truncated is measured anew', async (t) => {
  const { directory, path, write } = open(t, { maxBytes: 10, backupCount: 1 })
  await write('line 1')
  truncateSync(path)
  await write('line 2')
  assert.deepEqual(contents(directory), { 'out.log': 'line 2\n' })
})

test('reopen goes on in a new file after the old one was moved away', async (t) => {
  const { directory, path, stream, write } = open(t)
  await write('old')
  renameSync(path, `${path}.moved`)
  await write('still old')
  await stream.reopen()
  await write('new')
  assert.deepEqual(contents(directory), { 'out.log': 'new\n', 'out.log.moved': 'old\nstill old\n' })
})

test('a directory which went away and came back loses no line', async (t) => {
  const { directory, stream, write, events } = open(t)
  rmSync(directory, { recursive: true })
  await stream.reopen()
  await write('kept')
  mkdirSync(directory)
  await stream.reopen()
  await stream.close()
  assert.deepEqual(contents(directory), { 'out.log': 'kept\n' })
  assert.deepEqual(
    events.map(({ type }) => type),
    ['failing', 'recovered'],
  )
})

test('a full disk is told and harms nobody', { skip: process.platform !== 'linux' }, async (t) => {
  const { stream, write, events } = open(t, { filename: '/dev/full' })
  await write('lost', 'lost too')
  await stream.close()
  assert.deepEqual(
    events.map((event) => (event.type === 'failing' ? event.error.message : event)),
    [
      'ENOSPC: no space left on device, write',
      { type: 'dropped', target: '/dev/full', droppedLines: 2 },
    ],
  )
})
