import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findCommand } from '../../../supervisor/dist/protocol/command-table.js'
import type { Question } from '../../../supervisor/dist/protocol/question.js'
import { RequestError } from '../../../supervisor/dist/protocol/request-error.js'
import { sampleView } from './hand-made-view.ts'

function ask(command: string, properties: Record<string, unknown>): Question {
  const found = findCommand(command)
  assert.equal(found?.kind, 'inquiry')
  return found.ask(properties, sampleView)
}

/** The fields of the reply when each process is found to be `found PID`. */
function answer(command: string, properties: Record<string, unknown>): object {
  const question = ask(command, properties)
  return question.answer(question.subjects.map(({ pid }) => `found ${pid}`))
}

const answers: readonly [command: string, properties: Record<string, unknown>, fields: object][] = [
  [
    'stats',
    {},
    {
      infos: {
        web: { '11348': 'found 11348', '11349': 'found 11349' },
        'Mixed Case': {},
        sleeper: { '11347': 'found 11347' },
        'by-hand': {},
      },
    },
  ],
  [
    'stats',
    { name: 'WEB' },
    { name: 'WEB', info: { '11348': 'found 11348', '11349': 'found 11349' } },
  ],
  ['stats', { name: 'mixed case' }, { name: 'mixed case', info: {} }],
  ['stats', { name: 'web', process: 11349 }, { process: 11349, info: 'found 11349' }],
  ['stats', { name: 'web', process: '11349' }, { process: '11349', info: 'found 11349' }],
  ['stats', { process: 11349 }, answer('stats', {})],
  ['dstats', {}, { info: 'found 11342' }],
]

for (const [command, properties, fields] of answers) {
  test(`${command} ${JSON.stringify(properties)} is answered as by Circus`, () => {
    assert.deepEqual(answer(command, properties), fields)
  })
}

const refused: readonly [properties: Record<string, unknown>, reason: string][] = [
  [{ name: 'nope' }, 'program nope not found'],
  [{ name: 'web', process: 99999 }, "process 99999 not found in 'web'"],
  [{ name: 'web', process: '99999' }, "process '99999' not found in 'web'"],
  [{ name: 'WEB', process: 11347 }, "process 11347 not found in 'WEB'"],
  [{ name: 'web', process: null }, "message invalid 'process' must be a pid"],
  [{ name: 'web', process: 'me' }, "message invalid 'process' must be a pid"],
  [{ name: 'web', process: 1.5 }, "message invalid 'process' must be a pid"],
  [{ name: 'web', extended: 'yes' }, "message invalid 'extended' must be true or false"],
  [{ name: 5 }, "message invalid 'name' must be a string"],
]

for (const [properties, reason] of refused) {
  test(`stats ${JSON.stringify(properties)} is refused: ${reason}`, () => {
    assert.throws(
      () => ask('stats', properties),
      (error) => error instanceof RequestError && error.errno === 3 && error.message === reason,
    )
  })
}

test('a process is asked for by its wid and its place, and extended only where that was asked', () => {
  const place = { watcher: 'web', wid: 1, spawnedAt: 0 }
  assert.deepEqual(ask('stats', { name: 'web', process: 11348, extended: true }).subjects, [
    { pid: 11348, startTime: null, place: { ...place, isExtended: true } },
  ])
  assert.deepEqual(ask('stats', { name: 'web', process: 11348 }).subjects, [
    { pid: 11348, startTime: null, place: { ...place, isExtended: false } },
  ])
})

test('without a name nothing is extended', () => {
  const { subjects } = ask('stats', { extended: true })
  assert.deepEqual(
    subjects.map(({ place }) => place?.isExtended),
    [false, false, false],
  )
})

const line = {
  pid: 12514,
  cmdline: 'python3',
  username: 'root',
  nice: 0,
  mem_info1: '9.60M',
  mem_info2: '13.92M',
  cpu: 0,
  mem: 0.04,
  ctime: '0:00.20',
  children: [],
}
const child = { ...line, pid: 10145, cmdline: 'sleep', cpu: 1.5 }

/** What circusctl prints, as Circus' does. */
const texts: readonly [command: string, reply: Record<string, unknown>, text: string][] = [
  [
    'stats',
    {
      infos: { 'Mixed Case': {}, web: { '12514': line, '12515': 'No such process (stopped?)' } },
    },
    [
      'Mixed Case:',
      'web:',
      '12514: 12514  python3 root 0 9.60M 13.92M 0.0 0.04 0:00.20',
      '12515: No such process (stopped?)',
    ].join('\n'),
  ],
  [
    'stats',
    { name: 'WEB', info: { '12514': line } },
    'WEB:\n12514: 12514  python3 root 0 9.60M 13.92M 0.0 0.04 0:00.20',
  ],
  [
    'stats',
    { process: 12514, info: { ...line, children: [child] } },
    [
      '12514: 12514  python3 root 0 9.60M 13.92M 0.0 0.04 0:00.20',
      '   10145  sleep root 0 9.60M 13.92M 1.5 0.04 0:00.20',
      '',
    ].join('\n'),
  ],
  [
    'dstats',
    { info: line },
    'Main Process:\n    12514  python3 root 0 9.60M 13.92M 0.0 0.04 0:00.20\n',
  ],
]

for (const [command, reply, text] of texts) {
  test(`${command} ${JSON.stringify(reply).slice(0, 40)}... is printed as by Circus`, () => {
    assert.equal(findCommand(command)?.text(reply), text)
  })
}
