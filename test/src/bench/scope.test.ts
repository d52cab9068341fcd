import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { Scope } from '../../../bench/dist/scope.js'
import { isAlive, startTime } from '../../../supervisor/dist/os/procfs.js'

test('a scope leaves nothing: no orphan in a session of its own, no directory', async () => {
  const scope = new Scope()
  const orphan = `require('node:child_process').spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' })`
  const child = scope.spawn(
    process.execPath,
    ['-e', `console.log(${orphan}.pid); process.exit()`],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  assert(child.stdout)
  const [[output]] = (await Promise.all([once(child.stdout, 'data'), once(child, 'exit')])) as [
    [Buffer],
    unknown,
  ]
  const pid = Number(output.toString())
  const startedAt = startTime(pid)
  assert(startedAt !== undefined)
  scope.close()
  assert(!isAlive(pid, startedAt))
  assert(!existsSync(scope.directory))
})
