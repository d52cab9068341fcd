import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { commandLine } from '../../../supervisor/dist/config/command-line.js'
import { parseConfig } from '../../../supervisor/dist/config/config.js'
import { describeOptions } from '../../../supervisor/dist/config/describe-options.js'
import { includesOf } from '../../../supervisor/dist/config/includes.js'
import type { OptionTable } from '../../../supervisor/dist/config/option-row.js'
import {
  circusTable,
  socketTable,
  streamTable,
  watcherTable,
} from '../../../supervisor/dist/config/option-table.js'
import { spawnVariables } from '../../../supervisor/dist/config/spawn-variables.js'
import { stopCommandLine, stopVariables } from '../../../supervisor/dist/config/stop-command.js'
import { splitWords } from '../../../supervisor/dist/config/words.js'
import { context } from './parse-text.ts'

const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }))

const noise = fc.oneof(
  anyText,
  fc.constantFrom(
    '',
    '  x',
    '[what]',
    '[watcher:',
    'x',
    '__proto__ = 1',
    'constructor = 1',
    'uid = 1',
  ),
)

const names = fc.constantFrom('web', 'a', '__proto__', 'constructor', 'a b', '$(circus.wid)')

/** A line which sets an option to what it may well be. */
function plausible(table: OptionTable, prefix = '') {
  const rows = Object.entries(table).filter(([name]) => name !== 'name')
  return fc.constantFrom(...rows).map(([name, row]) => `${prefix}${name} = ${row.default ?? ''}`)
}

/** Values of options whose defaults ask for nothing. */
const lifeLine = fc.constantFrom(
  'shell = yes',
  'shell_args = a "b',
  'stop_command = ctl $(circus.pid) $(circus.env.A)',
  'depends_on = web, a:started, __proto__, "a b"',
  'depends_on = constructor',
  'on_demand = yes',
  'stdin_socket = web',
  'stdin_socket = __proto__',
  'essential = yes',
  'uid = 1',
  'virtualenv = ../venv',
  'rlimit_nofile = 1',
  'rlimit___proto__ = 1',
  'hooks.before_start = ./hooks.js:a',
  'hooks.after_stop = exec:a "b", yes',
  'hooks.__proto__ = a',
  'flapping.attempts = 1',
  'flapping.__proto__ = 1',
)

function section(header: string, first: string, lines: fc.Arbitrary<string>) {
  const line = fc.oneof({ weight: 30, arbitrary: lines }, { weight: 1, arbitrary: noise })
  return fc.tuple(names, fc.array(line, { maxLength: 4 })).map(([name, more]) => {
    return [header.replace('NAME', name), first, ...more].join('\n')
  })
}

const environmentLine = fc.tuple(names, anyText).map(([name, text]) => `${name} = ${text.trim()}`)

/** Text that looks like a configuration and is one now and then, so that reading gets beyond the first line. */
const likelyText = fc
  .array(
    fc.oneof(
      section('[circus]', 'debug = no', plausible(circusTable)),
      section('[socket:NAME]', 'port = 0', plausible(socketTable)),
      section('[socket:web]', 'port = 0', plausible(socketTable)),
      section('[watcher:NAME]', 'cmd = x "y z"', plausible(watcherTable)),
      section('[watcher:NAME]', 'cmd = x', lifeLine),
      section('[watcher:w]', 'args = x', plausible(streamTable, 'stdout_stream.')),
      section('[watcher:v]', 'cmd = x $(circus.env.PATH) $(circus.wid)', environmentLine),
      section('[watcher:u]', 'cmd = x $(circus.sockets.web)\nuse_sockets = 1', environmentLine),
      section('[env]', 'A = $PATH', environmentLine),
      section('[env:NAME,w*,[a]', 'B = $NOPE', environmentLine),
      section('[DEFAULT]', 'priority = 1', plausible(watcherTable)),
      section('[plugin:NAME]', 'use = x', environmentLine),
    ),
    { maxLength: 6 },
  )
  .map((sections) => sections.join('\n'))

const files = fc.oneof(
  { weight: 1, arbitrary: fc.tuple(anyText, likelyText) },
  { weight: 1, arbitrary: fc.tuple(likelyText, anyText) },
  { weight: 4, arbitrary: fc.tuple(likelyText, likelyText) },
)

test('no text makes the reader throw, and what it accepts can be started and shown', (t) => {
  let accepted = 0
  let watchers = 0
  const property = fc.property(files, fc.boolean(), ([main, included], strict) => {
    const sources = [
      { path: 'main.ini', text: main },
      { path: 'more.ini', text: included },
    ]
    includesOf({ path: 'main.ini', text: main }, context)
    const { config, problems } = parseConfig(sources, { ...context, strict })
    const hasError = problems.some(({ severity }) => severity === 'error')
    assert.equal(config === undefined, hasError)
    for (const { file, line } of problems) {
      const text = file === 'main.ini' ? main : included
      assert.ok(line >= 1 && line <= text.split(/\r\n|\n|\r/).length)
    }
    for (const watcher of config?.watchers ?? []) {
      const fds = Object.fromEntries(watcher.sockets.map((name, index) => [name, 3 + index]))
      assert.ok(commandLine(watcher, spawnVariables(watcher, 1, fds)).ok)
      const { stopCommand } = watcher
      assert.ok(
        stopCommand === null || stopCommandLine(stopCommand, stopVariables(watcher, 1, 1)).ok,
      )
      JSON.stringify(describeOptions(watcher))
    }
    accepted += hasError ? 0 : 1
    watchers += config?.watchers.length ?? 0
  })
  fc.assert(property, { numRuns: 2000 })
  t.diagnostic(`${accepted} of 2000 accepted, with ${watchers} watchers`)
  assert.ok(watchers > 100, 'the property says something only if watchers are accepted')
})

test('quoted words are split back into themselves', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), (words) => {
      const line = words.map((word) => `'${word.replaceAll("'", `'"'"'`)}'`).join(' ')
      assert.deepEqual(splitWords(line), { ok: true, words })
    }),
  )
})
