import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { logLine, syslogLine } from '../../../supervisor/dist/arbiter/log-line.js'
import { countingLog, openLog } from '../../../supervisor/dist/arbiter/log.js'
import { datagramReceiver } from '../os/datagram-receiver.ts'
import { temporaryDirectory } from '../os/temporary-directory.ts'

const time = new Date(2026, 10, 1, 1, 36, 27)

test('a line is written as Circus writes it', () => {
  assert.equal(
    logLine(time, 11_342, 'info', 'web started'),
    '2026-11-01 01:36:27 circus[11342] [INFO] web started\n',
  )
})

test('a syslog message has the priority of RFC 3164 and its time', () => {
  assert.equal(
    syslogLine(time, 11_342, 3, 'warning', 'web stopped'),
    '<28>Nov  1 01:36:27 circus[11342] [WARNING] web stopped',
  )
})

test('lines below the level are left out', () => {
  const lines: string[] = []
  const write = (_: string, message: string): boolean => lines.push(message) > 0
  const log = countingLog({ write, reopen: () => {} }, 'warning')
  for (const level of ['debug', 'info', 'warning', 'error', 'critical'] as const) log(level, level)
  assert.deepEqual(lines, ['warning', 'error', 'critical'])
})

test('lines that were dropped are counted, and the first one after them says how many', () => {
  const lines: string[] = []
  let room = false
  const write = (_: string, message: string): boolean => room && lines.push(message) > 0
  const log = countingLog({ write, reopen: () => {} }, 'info')
  for (const message of ['one', 'two', 'three']) log('info', message)
  room = true
  log('info', 'four')
  log('info', 'five')
  assert.deepEqual(lines, ['3 lines of this log are lost', 'four', 'five'])
})

test('a file that was moved or deleted is made anew', async (t) => {
  const path = join(temporaryDirectory(t), 'circus.log')
  const { log } = await openLog(path, 'info')
  log('info', 'one')
  renameSync(path, `${path}.1`)
  log('info', 'two')
  assert.match(readFileSync(path, 'utf8'), /^\S+ \S+ circus\[\d+\] \[INFO\] two\n$/)
  rmSync(path)
  log('info', 'three')
  assert.match(readFileSync(path, 'utf8'), /^\S+ \S+ circus\[\d+\] \[INFO\] three\n$/)
  assert.match(readFileSync(`${path}.1`, 'utf8'), /^\S+ \S+ circus\[\d+\] \[INFO\] one\n$/)
})

test('a file whose directory has gone takes lines no more, and does no harm', async (t) => {
  const directory = join(temporaryDirectory(t), 'logs')
  mkdirSync(directory)
  const path = join(directory, 'circus.log')
  const { log, reopen } = await openLog(path, 'info')
  rmSync(directory, { recursive: true })
  log('info', 'one')
  reopen()
  mkdirSync(directory)
  log('info', 'two')
  assert.match(readFileSync(path, 'utf8'), /two\n$/)
})

test('a syslog on a unix socket gets the messages', async (t) => {
  const path = join(temporaryDirectory(t), 'log')
  const receiver = datagramReceiver(t, path)
  const { log } = await openLog(`syslog://${path}?local0`, 'info')
  log('error', 'web: no')
  assert.match(
    await receiver.receive(),
    /^<131>\w{3} [ \d]\d [\d:]{8} circus\[\d+\] \[ERROR\] web: no$/,
  )
})

test('an output that cannot be used is one sentence', async (t) => {
  const directory = temporaryDirectory(t)
  await assert.rejects(openLog('syslog://', 'info'), {
    name: 'LogOutputError',
    message:
      'Cannot log to syslog://: it names neither a host nor a socket; it may be syslog://HOST[:PORT][?FACILITY] or syslog:///SOCKET[?FACILITY]',
  })
  await assert.rejects(openLog(`syslog://${directory}/none`, 'info'), {
    message: `Cannot log to syslog://${directory}/none: Cannot reach ${directory}/none: no such file or directory (ENOENT)`,
  })
  await assert.rejects(openLog(join(directory, 'none', 'log'), 'info'), { code: 'ENOENT' })
})
