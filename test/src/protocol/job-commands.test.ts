import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newArbiter, type Bulk } from '../../../supervisor/dist/core/arbiter-state.js'
import type { Watcher } from '../../../supervisor/dist/core/watcher-state.js'
import { findCommand } from '../../../supervisor/dist/protocol/command-table.js'
import type { ArbiterView } from '../../../supervisor/dist/protocol/view.js'
import { arbiterWith, sampleView, watcher } from './hand-made-view.ts'

function answer(command: string, properties: Record<string, unknown>, view: ArbiterView): object {
  const found = findCommand(command)
  assert.equal(found?.kind, 'query')
  return found.answer(properties, view, 'read')
}

function withJobs(view: Partial<ArbiterView>, ...ids: readonly string[]): ArbiterView {
  const open = ids.map((id) => ({ id, command: 'restart', ageMs: 2_500 }))
  return { ...sampleView, ...view, jobs: { open, outcomeOf: () => undefined } }
}

function busy(step: 'stopping' | 'replacing' | 'draining', more: Partial<Watcher> = {}): Watcher {
  const web = watcher({ name: 'web', pids: [7, 8] })
  const running = {
    job: { kind: 'reload', id: '3', sequential: false },
    step,
    since: 0,
    generation: 2,
    started: [],
    stopped: [],
    before: [],
  } as const
  return { ...web, running, ...more }
}

const common = { id: '3', command: 'restart', since: 2.5 }

/** What a watcher does, and what `jobs` says of job 3. */
const doings: readonly [name: string, one: Watcher, job: object][] = [
  [
    'replaces processes',
    busy('replacing'),
    { watcher: 'web', step: 'replacing', waiting_for: 'the successor of process 7, 8' },
  ],
  [
    'waits for processes to end',
    busy('stopping', {
      processes: busy('stopping').processes.map((one) => ({ ...one, want: 'down' })),
    }),
    { watcher: 'web', step: 'stopping', waiting_for: 'process 7, 8' },
  ],
  [
    'waits for nobody who has a name',
    busy('draining'),
    { watcher: 'web', step: 'draining', waiting_for: null },
  ],
  [
    'has it in its queue',
    {
      ...busy('draining', { queue: [{ kind: 'start', id: '3' }] }),
      running: {
        ...(busy('draining').running as NonNullable<Watcher['running']>),
        job: { kind: 'stop', id: '2' },
      },
    },
    { watcher: 'web', step: 'queued', waiting_for: 'job 2 (stop)' },
  ],
  [
    'kills',
    { ...watcher({ name: 'web', pids: [7, 8] }), kills: [{ job: '3', processes: [2] }] },
    { watcher: 'web', step: 'stopping', waiting_for: 'process 8' },
  ],
]

for (const [name, one, job] of doings) {
  test(`jobs: a watcher ${name}`, () => {
    const view = withJobs({ arbiter: arbiterWith(one) }, '3')
    assert.deepEqual(answer('jobs', {}, view), { jobs: [{ ...common, ...job }] })
  })
}

test('jobs: a command on several watchers tells who is at it and who follows', () => {
  const bulk: Bulk = {
    command: {
      kind: 'restart',
      job: '3',
      watchers: ['a', 'b', 'c'],
      warmupDelayMs: 0,
      sequential: false,
      isExplicit: false,
    },
    step: 'stop',
    waiting: ['b', 'c'],
    latest: 'a',
    open: ['a'],
    waitUntil: null,
    dropped: [],
    failures: [],
    result: {},
  }
  const view = withJobs({ arbiter: { ...newArbiter(), bulks: [bulk] } }, '3')
  assert.deepEqual(answer('jobs', {}, view), {
    jobs: [{ ...common, watcher: null, step: 'stopping', waiting_for: 'a; then b, c' }],
  })
})

test('jobs: a reload of the configuration tells whose part has not ended', () => {
  const running = busy('draining').running as NonNullable<Watcher['running']>
  const part = { ...running, job: { kind: 'resize', id: '3.1' } } as const
  const one = { ...busy('draining'), running: part }
  const view = withJobs({ arbiter: arbiterWith(one, watcher({ name: 'api' })) }, '3')
  assert.deepEqual(answer('jobs', {}, view), {
    jobs: [{ ...common, watcher: null, step: 'running', waiting_for: 'web' }],
  })
})

test('jobs are printed one a line', () => {
  const jobs = [
    { ...common, watcher: 'web', step: 'stopping', waiting_for: 'process 7' },
    { ...common, id: '4', watcher: null, step: 'running', waiting_for: null },
  ]
  assert.equal(
    findCommand('jobs')?.text({ jobs }),
    '3 restart web: stopping for 2.5 s, waits for process 7\n4 restart: running for 2.5 s',
  )
})

function begin(command: string, properties: Record<string, unknown>, view: ArbiterView): object {
  const found = findCommand(command)
  assert.equal(found?.kind, 'operation')
  return found.begin(properties, '9', view).event
}

const ended = (job: string): ReturnType<ArbiterView['jobs']['outcomeOf']> => {
  if (job === '1') return { command: 'stop', outcome: { ok: true, result: {} } }
  if (job === '2') return { command: 'reload', outcome: { ok: false, reason: 'no good' } }
  return undefined
}

const jobsView: ArbiterView = {
  ...sampleView,
  jobs: { open: [{ id: '3', command: 'stop', ageMs: 0 }], outcomeOf: ended },
}

test('wait joins a job that runs, and answers at once for one that has ended', () => {
  assert.deepEqual(begin('wait', { job: '3' }, jobsView), { type: 'join', job: '3' })
  assert.deepEqual(begin('wait', { job: 1 }, jobsView), {
    type: 'settled',
    reply: { job: '1', command: 'stop', info: {} },
  })
  assert.throws(() => begin('wait', { job: '2' }, jobsView), { errno: 6, message: 'no good' })
})

test('cancel names its target', () => {
  assert.deepEqual(begin('cancel', { job: 3 }, jobsView), { type: 'cancel', job: '9', target: '3' })
  assert.throws(() => begin('cancel', { job: '1' }, jobsView), {
    errno: 5,
    message: 'job 1 has ended already',
  })
})

for (const command of ['wait', 'cancel']) {
  test(`${command} refuses a job that it does not know`, () => {
    assert.throws(() => begin(command, { job: '4711' }, jobsView), {
      errno: 3,
      message: 'job 4711 not found: it does not run, and is none of the last that have ended',
    })
    assert.throws(() => begin(command, {}, jobsView), {
      errno: 3,
      message: "message invalid 'job' is missing",
    })
    assert.throws(() => begin(command, { job: 1.5 }, jobsView), {
      errno: 3,
      message: "message invalid 'job' must be the id of a job",
    })
  })
}

test('why tells causes, oldest first, and prints one a line', () => {
  const causes = [
    { time: 1_795_225_007.25, what: 'start', by: 'client' },
    { time: 1_795_225_008, what: 'web: process 7 exited with code 3', by: null },
  ]
  const view = { ...sampleView, causesOf: (name: string) => (name === 'web' ? causes : []) }
  assert.deepEqual(answer('why', { name: 'WEB' }, view), { name: 'web', causes })
  const text = findCommand('why')?.text({ causes })
  assert.match(
    text ?? '',
    /^[\d-]{10} [\d:]{8} start \(client\)\n[\d-]{10} [\d:]{8} web: process 7 exited with code 3$/,
  )
})
