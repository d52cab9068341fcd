import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { root } from '../tidy/source-files.ts'
import { DaemonUnderTest } from './daemon-under-test.ts'
import { ask } from './http-client.ts'

const EXAMPLE = join(root, 'examples', 'http-app')

/** The example's own circus.ini, on a free port and with its log elsewhere. */
function exampleIni(logs: string): string {
  const text = readFileSync(join(EXAMPLE, 'circus.ini'), 'utf8')
  const changes = [
    ['port = 8080', 'port = 0'],
    ['working_dir = $(circus.config_dir)', `working_dir = ${EXAMPLE}`],
    ['$(circus.config_dir)/log', logs],
  ] as const
  return changes.reduce((changed, [from, to]) => {
    assert.ok(changed.includes(from), `circus.ini has no "${from}"`)
    return changed.replace(from, to)
  }, text)
}

interface Whoami {
  readonly wid: string
  readonly generation: string
  readonly pid: number
}

async function whoami(port: number): Promise<Whoami> {
  return JSON.parse((await ask(port, '/api/whoami')).body) as Whoami
}

test('the tour of examples/http-app, step by step', async (t) => {
  const logs = mkdtempSync(join(tmpdir(), 'bigtop-log-'))
  t.after(() => rmSync(logs, { recursive: true }))
  await using daemon = await DaemonUnderTest.start(exampleIni(logs))
  await daemon.active()
  const first = await daemon.pids()
  const port = await daemon.port()
  assert.equal((await daemon.ctl('status')).stdout, 'web: active\n')

  // One connection, so that what is asked on it later goes to the worker that answers now.
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.after(() => agent.destroy())
  const page = await ask(port, '/', { agent })
  assert.equal(page.status, 200)
  assert.match(page.body, /Who answers\?/)
  assert.equal((await whoami(port)).generation, '1')
  assert.equal((await ask(port, '/echo', { method: 'POST', body: 'hello' })).body, 'hello')

  // What was begun before a reload is finished by the worker that began it.
  const slow = ask(port, '/slow?ms=1500', { agent })
  assert.equal((await daemon.ctl('reload', 'web')).stdout, 'ok\n')
  assert.match((await slow).body, /^1500 ms later: worker \d, generation 1, /)
  const { generation, pid } = await whoami(port)
  assert.equal(generation, '2')

  const earlier = [...first, ...(await daemon.pids())]
  process.kill(pid, 'SIGKILL')
  await daemon.event('watcher.web.reap', ({ process_pid }) => process_pid === pid)
  await daemon.event('watcher.web.spawn', ({ process_pid = 0 }) => !earlier.includes(process_pid))
  assert.equal((await daemon.pids()).length, 2)
  assert.equal((await daemon.ctl('incr', 'web', '--waiting')).stdout, '3\n')
  assert.equal((await daemon.ctl('decr', 'web', '--waiting')).stdout, '2\n')
  assert.match(
    readFileSync(join(logs, 'web.log'), 'utf8'),
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \[\d+\] \| GET \/slow\?ms=1500 200 /m,
  )

  assert.equal((await daemon.ctl('quit')).stdout, 'ok\n')
  assert.equal((await daemon.ended).code, 0)
})
