import assert from 'node:assert/strict'
import { test } from 'node:test'
import { includesOf } from '../../../supervisor/dist/config/includes.js'
import { context, problemsOf } from './parse-text.ts'
import { parseConfig } from '../../../supervisor/dist/config/config.js'
import { formatProblem } from '../../../supervisor/dist/config/problem.js'

function globsOf(text: string, configDir = '/etc/app') {
  const includes = includesOf({ path: 'main.ini', text }, { ...context, configDir })
  return includes.map(({ glob }) => glob)
}

const cases: [rule: string, text: string, globs: string[]][] = [
  ['nothing is included unasked', '[circus]\ncheck_delay = 1', []],
  [
    'globs are relative to the main file',
    '[circus]\ninclude = a.ini b/*.ini',
    ['/etc/app/a.ini', '/etc/app/b/*.ini'],
  ],
  ['absolute globs stay', '[circus]\ninclude = /srv/*/c.ini', ['/srv/*/c.ini']],
  [
    'a list may go over several lines',
    '[circus]\ninclude = a.ini\n  b.ini',
    ['/etc/app/a.ini', '/etc/app/b.ini'],
  ],
  [
    'a directory means its ini files, after those of include',
    '[circus]\ninclude_dir = conf.d /srv/d\ninclude = a.ini',
    ['/etc/app/a.ini', '/etc/app/conf.d/*.ini', '/srv/d/*.ini'],
  ],
  [
    "circusd's environment and the main file's directory are known",
    '[env]\nHOME = /no\n[circus]\ninclude = $(circus.env.HOME)/a.ini $(circus.config_dir)/b.ini',
    ['/home/u/a.ini', '/etc/app/b.ini'],
  ],
  ['[DEFAULT] counts', '[DEFAULT]\ninclude = a.ini\n[circus]\ndebug = 0', ['/etc/app/a.ini']],
  ['text that cannot be read is left for parseConfig to tell', 'x\n[circus\n\0', []],
]

for (const [rule, text, globs] of cases) {
  test(`includes: ${rule}`, () => assert.deepEqual(globsOf(text), globs))
}

test('includes: each knows its place, for when it matches no file', () => {
  const text = '[circus]\n\ninclude_dir = conf.d'
  assert.deepEqual(includesOf({ path: 'main.ini', text }, context), [
    { glob: '/etc/app/conf.d/*.ini', file: 'main.ini', line: 3 },
  ])
})

test('includes: a directory may end in a slash', () => {
  assert.deepEqual(globsOf('[circus]\ninclude = a.ini', '/'), ['/a.ini'])
})

test('includes: those of an included file are told and not honoured', () => {
  const { problems } = parseConfig(
    [
      { path: 'main.ini', text: '[circus]\ninclude = b.ini' },
      { path: 'b.ini', text: '[circus]\ninclude_dir = c' },
    ],
    context,
  )
  assert.deepEqual(problems.map(formatProblem), [
    'b.ini:2: warning: include_dir: is honoured in the main file only; move it there',
  ])
  assert.deepEqual(problemsOf('[circus]\ninclude = b.ini'), [])
})
