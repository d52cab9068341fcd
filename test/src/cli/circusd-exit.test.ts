import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { SocketError } from '../../../supervisor/dist/arbiter/sockets.js'
import { EXIT, exitCodeOf } from '../../../supervisor/dist/cli/circusd-exit.js'
import { PidfileInUseError } from '../../../supervisor/dist/os/pidfile.js'

test('docs/signals.md has the table of the exit codes', () => {
  const page = readFileSync(new URL('../../../docs/signals.md', import.meta.url), 'utf8')
  const [, section = ''] = page.split('## Exit codes')
  const rows = [...section.matchAll(/^\| +(\d+) +\| +(.*?) +\|$/gm)].map(([, code, means]) => {
    return { code: Number(code), means }
  })
  assert.deepEqual(rows, Object.values(EXIT))
})

test('each class of failure has its exit code', () => {
  assert.equal(exitCodeOf(new PidfileInUseError('pid', 1)), EXIT.configuration.code)
  assert.equal(exitCodeOf(new SocketError('in use')), EXIT.system.code)
  assert.equal(exitCodeOf(new TypeError('undefined is not a function')), EXIT.bug.code)
})
