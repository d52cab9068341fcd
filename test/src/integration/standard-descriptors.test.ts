import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { DaemonUnderTest } from './daemon-under-test.ts'

const NOT_LINUX = process.platform === 'linux' ? false : 'NOT RUN: reads /proc'

/** Starts circusd with its configuration file as standard input, so that it can be told from /dev/null. */
const WITH_STDIN = ['sh', '-c', 'exec "$@" < circus.ini', 'sh']

/** circusd's own, which this test holds as a socket pair. */
const INHERITED = /^socket:/

const TELLS_DESCRIPTORS = `
import { readlinkSync, renameSync, writeFileSync } from 'node:fs'
const links = [0, 1, 2].map((fd) => readlinkSync('/proc/self/fd/' + fd))
writeFileSync('told.new', links.join('\\n'))
renameSync('told.new', 'told')
setInterval(() => {}, 60_000)
`

for (const [lines, expected] of [
  ['', [/^\/dev\/null$/, INHERITED, INHERITED]],
  ['close_child_stdin = false', [/circus\.ini$/, INHERITED, INHERITED]],
  ['close_child_stdout = true', [/^\/dev\/null$/, /^\/dev\/null$/, INHERITED]],
  ['close_child_stderr = true', [/^\/dev\/null$/, INHERITED, /^\/dev\/null$/]],
  [
    'close_child_stdout = true\nstdout_stream.filename = out.log',
    [/^\/dev\/null$/, /^\/dev\/null$/, INHERITED],
  ],
] as const) {
  const name = lines === '' ? 'no option' : lines.replace('\n', ' and ')
  test(`descriptors 0, 1 and 2 with ${name}`, { skip: NOT_LINUX }, async () => {
    await using daemon = await DaemonUnderTest.start(
      `[watcher:a]\ncmd = node tell.mjs\nready = none\n${lines}\n`,
      { 'tell.mjs': TELLS_DESCRIPTORS },
      WITH_STDIN,
    )
    const told = join(daemon.home, 'told')
    await daemon.eventually(() => (existsSync(told) ? true : undefined), 'the descriptors')
    const links = daemon.read('told').split('\n')
    assert.equal(links.length, 3)
    for (const [fd, pattern] of expected.entries()) assert.match(links[fd] ?? '', pattern)
  })
}
