import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stopCommandLine, stopVariables } from '../../../supervisor/dist/config/stop-command.js'
import { watcherOf } from './parse-text.ts'

test('stop command: it knows the process, and what that was spawned with', () => {
  const watcher = watcherOf(
    'cmd = x\nstop_command = "$(circus.env.HOME)/my ctl" $(circus.wid) --pid $(circus.pid) $(circus.stop_signal)',
  )
  const variables = stopVariables(watcher, 3, 4711)
  assert.deepEqual(stopCommandLine(watcher.stopCommand ?? '', variables), {
    ok: true,
    argv: ['/home/u/my ctl', '3', '--pid', '4711', '15'],
  })
})

test('stop command: it is never a line of the shell', () => {
  const watcher = watcherOf('cmd = x\nshell = true\nstop_command = a; b $HOME')
  const command = stopCommandLine(watcher.stopCommand ?? '', stopVariables(watcher, 1, 2))
  assert.deepEqual(command, { ok: true, argv: ['a;', 'b', '$HOME'] })
})

test('stop command: without a program it is refused', () => {
  assert.deepEqual(stopCommandLine("''", new Map()), { ok: false, wrong: 'names no program' })
})
