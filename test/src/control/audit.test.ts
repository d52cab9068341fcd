import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Audit, type Asking } from '../../../supervisor/dist/arbiter/audit.js'
import { LineLimiter, SILENCE_MS } from '../../../supervisor/dist/arbiter/line-limiter.js'
import { MASK } from '../../../supervisor/dist/protocol/mask-secrets.js'

const alice = { name: 'alice', role: 'operate' } as const
const stop: Asking = { caller: alice, command: 'stop', properties: { name: 'web' } }

function newAudit() {
  const logged: string[] = []
  const log = (level: string, message: string): void => void logged.push(`${level}: ${message}`)
  const limiter = new LineLimiter(log)
  return { audit: new Audit(log, limiter), limiter, logged }
}

test('a command with a job: one line when it is taken, one when it has ended', () => {
  const { audit, logged } = newAudit()
  audit.taken(stop, '17')
  audit.ended('17', { ok: true, result: {} })
  audit.taken(stop, '18')
  audit.ended('18', { ok: false, reason: 'no such\nprogram' })
  assert.deepEqual(logged, [
    'info: audit: alice (operate) stop {"name":"web"}: job 17',
    'info: audit: alice stop: job 17 ended, ok',
    'info: audit: alice (operate) stop {"name":"web"}: job 18',
    'info: audit: alice stop: job 18 ended, failed: no such\\u000aprogram',
  ])
})

test('a command that needs no job', () => {
  const { audit, logged } = newAudit()
  audit.taken(stop, null)
  assert.deepEqual(logged, ['info: audit: alice (operate) stop {"name":"web"}: ok'])
})

test('jobs that no client has asked for are not in the audit', () => {
  const { audit, logged } = newAudit()
  audit.ended('boot', { ok: true, result: {} })
  assert.deepEqual(logged, [])
})

test('of refusals one is written, and the others of ten seconds are counted', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { audit, logged } = newAudit()
  for (let count = 0; count < 4; count += 1) audit.refused(stop, { errno: 4, message: 'denied' })
  t.mock.timers.tick(SILENCE_MS)
  t.mock.timers.tick(SILENCE_MS)
  audit.refused(stop, { errno: 4, message: 'denied' })
  const refusal = 'warning: audit: alice (operate) stop {"name":"web"}: refused, errno 4: denied'
  const counted = 'warning: 3 more of this kind: refusals for alice'
  assert.deepEqual(logged, [refusal, counted, refusal])
})

test('secrets in what was asked are masked', () => {
  const { audit, logged } = newAudit()
  const properties = { name: 'web', options: { cmd: 'x', env: { TOKEN: 'hunter2', A: '1' } } }
  audit.taken({ caller: alice, command: 'set', properties }, null)
  const shown = { name: 'web', options: { cmd: 'x', env: { TOKEN: MASK, A: '1' } } }
  assert.deepEqual(logged, [`info: audit: alice (operate) set ${JSON.stringify(shown)}: ok`])
})

test('nothing that a client sends forges a line or moves the cursor', () => {
  const { audit, logged } = newAudit()
  const name = 'web\n2026 audit: root stop\u001B[2J\u009B1A\u2028\u202E'
  audit.taken({ ...stop, properties: { name } }, null)
  assert.match(String(logged[0]), /^[\u0020-\u007E]+$/)
})

test('what was asked is cut off where it is too long', () => {
  const { audit, logged } = newAudit()
  audit.taken({ ...stop, properties: { name: 'x'.repeat(1_000_000) } }, null)
  assert.ok(String(logged[0]).length < 600)
})
