import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dependencies } from '../../../supervisor/dist/config/dependencies-type.js'
import { configOf, context, problemsOf } from './parse-text.ts'

const accepted: [text: string, wire: string[]][] = [
  ['', []],
  ['db', ['db:ready']],
  ['db:ready', ['db:ready']],
  ['db:Started', ['db:started']],
  ['db, cache:started mail', ['db:ready', 'cache:started', 'mail:ready']],
  ['db,cache', ['db:ready', 'cache:ready']],
  ['a:b', ['a:b:ready']],
  ['a:b:started', ['a:b:started']],
  ['"a b":started', ['a b:started']],
]

for (const [text, wire] of accepted) {
  test(`depends_on: "${text}" is ${JSON.stringify(wire)}`, () => {
    const parsed = dependencies.parse(text, context)
    assert.ok(parsed.ok)
    assert.deepEqual(dependencies.toWire(parsed.value), wire)
  })
}

/** A file of watchers, each of three lines: its section, its command and what it depends on. */
function watchers(dependsOn: Readonly<Record<string, string>>): string {
  const sections = Object.entries(dependsOn)
  return sections.map(([name, on]) => `[watcher:${name}]\ncmd = x\ndepends_on = ${on}`).join('\n')
}

test('depends_on: names are found in any case, and are then those of the watchers', () => {
  const config = configOf(watchers({ web: 'DB, a B:c:started', Db: '', a: '', 'b:c': '' }))
  assert.deepEqual(config.watchers.find(({ name }) => name === 'web')?.dependsOn, [
    { watcher: 'Db', until: 'ready' },
    { watcher: 'a', until: 'ready' },
    { watcher: 'b:c', until: 'started' },
  ])
})

test('depends_on: a diamond is no circle', () => {
  const text = watchers({ web: 'api, auth', api: 'db', auth: 'db', db: '' })
  assert.deepEqual(problemsOf(text), [])
})

const refused: [mistake: string, text: string, problems: string[]][] = [
  [
    'a misspelt watcher',
    watchers({ web: 'database', databse: '' }),
    ['a.ini:3: depends_on: there is no [watcher:database]; did you mean databse?'],
  ],
  [
    'a misspelt moment',
    watchers({ web: 'db:strated', db: '' }),
    ['a.ini:3: depends_on: there is no [watcher:db:strated]; did you mean db:started?'],
  ],
  [
    'a watcher like no other',
    watchers({ web: 'database' }),
    ['a.ini:3: depends_on: there is no [watcher:database]; add that section'],
  ],
  [
    'the watcher itself',
    watchers({ web: 'WEB:started' }),
    ['a.ini:3: depends_on: web waits for itself; remove it'],
  ],
  [
    'a circle of two',
    watchers({ web: 'db', db: 'web' }),
    [
      'a.ini:3: depends_on: web (a.ini:3) waits for db (a.ini:6) waits for web, so that none of them could start; remove one link',
    ],
  ],
  [
    'a circle which is reached from outside, and another one',
    watchers({ web: 'db', db: 'log', log: 'db, log' }),
    [
      'a.ini:6: depends_on: db (a.ini:6) waits for log (a.ini:9) waits for db, so that none of them could start; remove one link',
      'a.ini:9: depends_on: log waits for itself; remove it',
    ],
  ],
  [
    'no name before the colon',
    watchers({ web: ':ready' }),
    [
      'a.ini:3: depends_on: ":ready" names no watcher; it may be names of watchers, also with :started or :ready behind them, separated by commas or blanks; quotes keep a blank',
    ],
  ],
]

for (const [mistake, text, problems] of refused) {
  test(`depends_on: ${mistake} is refused`, () => assert.deepEqual(problemsOf(text), problems))
}

test('depends_on: a chain may be of any length', () => {
  const chain = Array.from({ length: 5000 }, (_, index) => [`w${index}`, `w${index + 1}`] as const)
  assert.deepEqual(problemsOf(watchers({ ...Object.fromEntries(chain), w5000: '' })), [])
})
