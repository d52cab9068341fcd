import assert from 'node:assert/strict'
import { test } from 'node:test'
import { JobBook, KEPT_OUTCOMES } from '../../../supervisor/dist/arbiter/job-book.js'
import { Journal, KEPT_CAUSES } from '../../../supervisor/dist/arbiter/journal.js'

const DONE = { ok: true, result: {} } as const

test('jobs are open from their begin to their end, with their age', () => {
  let now = 1_000
  const book = new JobBook(() => now)
  book.begin('1', 'stop')
  now = 3_500
  book.begin('2', 'start')
  assert.deepEqual(book.open, [
    { id: '1', command: 'stop', ageMs: 2_500 },
    { id: '2', command: 'start', ageMs: 0 },
  ])
  book.end('1', DONE)
  assert.deepEqual(book.open, [{ id: '2', command: 'start', ageMs: 0 }])
  assert.deepEqual(book.outcomeOf('1'), { command: 'stop', outcome: DONE })
  assert.equal(book.outcomeOf('2'), undefined)
})

test('parts of jobs are not kept', () => {
  const book = new JobBook(() => 0)
  book.end('1/web', DONE)
  assert.equal(book.outcomeOf('1/web'), undefined)
})

test('only the last outcomes are kept', () => {
  const book = new JobBook(() => 0)
  for (let job = 0; job <= KEPT_OUTCOMES; job += 1) {
    book.begin(String(job), 'stop')
    book.end(String(job), DONE)
  }
  assert.equal(book.outcomeOf('0'), undefined)
  assert.ok(book.outcomeOf('1'))
})

test('everybody who waits is told once, at the end of the daemon at the latest', () => {
  const book = new JobBook(() => 0)
  const told: unknown[] = []
  book.begin('1', 'stop')
  book.begin('2', 'start')
  for (const job of ['1', '1', '2']) book.wait(job, ({ outcome }) => told.push([job, outcome.ok]))
  assert.equal(book.waiting, 3)
  book.end('1', DONE)
  book.end('1', DONE)
  book.close('the daemon leaves')
  assert.deepEqual(told, [
    ['1', true],
    ['1', true],
    ['2', false],
  ])
  assert.equal(book.waiting, 0)
})

test('the journal of a watcher keeps its last causes, until the watcher is no more', () => {
  let time = 0
  const journal = new Journal(() => (time += 1))
  journal.ask(['web', 'api'], 'start', 'client')
  for (let count = 0; count < KEPT_CAUSES; count += 1) journal.note('web', `event ${count}`)
  assert.deepEqual(journal.of('api'), [{ time: 2, what: 'start', by: 'client' }])
  assert.equal(journal.of('web').length, KEPT_CAUSES)
  assert.deepEqual(journal.of('web')[0], { time: 3, what: 'event 0', by: null })
  journal.forget('web')
  assert.deepEqual(journal.of('web'), [])
})
