import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseConfig } from '../../../supervisor/dist/config/config.js'
import { HOOK_NAMES } from '../../../supervisor/dist/core/hook-name.js'
import type { HookTarget } from '../../../supervisor/dist/config/hook-target.js'
import { context, problemsOf, watcherOf } from './parse-text.ts'

function module(module: string, name: string): HookTarget {
  return { kind: 'module', module, export: name }
}

function exec(...words: string[]): HookTarget {
  return { kind: 'exec', words }
}

const accepted: [written: string, target: HookTarget, ignoresFailure: boolean][] = [
  ['./hooks.js:check', module('/etc/app/hooks.js', 'check'), false],
  ['./hooks.js', module('/etc/app/hooks.js', 'default'), false],
  ['./hooks.js:$check_2,true', module('/etc/app/hooks.js', '$check_2'), true],
  ['./hooks.js:check , Off', module('/etc/app/hooks.js', 'check'), false],
  ['../hooks.mjs:check', module('/etc/hooks.mjs', 'check'), false],
  ['/etc/app/../hooks.mjs:check', module('/etc/hooks.mjs', 'check'), false],
  ['./a:b.js:check', module('/etc/app/a:b.js', 'check'), false],
  ['my-hooks', module('my-hooks', 'default'), false],
  ['my-hooks:check, 1', module('my-hooks', 'check'), true],
  ['@my/hooks/web.js:check', module('@my/hooks/web.js', 'check'), false],
  ['socket.io:check', module('socket.io', 'check'), false],
  ['exec:check --now "a b"', exec('check', '--now', 'a b'), false],
  ['exec: /opt/check', exec('/opt/check'), false],
  ['exec:../../opt/check a, yes', exec('/opt/check', 'a'), true],
  ['exec:logger a, b', exec('logger', 'a,', 'b'), false],
  ['exec:echo $(circus.wid)', exec('echo', '$(circus.wid)'), false],
]

for (const [written, target, ignoresFailure] of accepted) {
  test(`hooks: "${written}"`, () => {
    assert.deepEqual(watcherOf(`cmd = x\nhooks.after_stop = ${written}`).hooks, [
      { hook: 'after_stop', target, ignoresFailure, written, source: { file: 'a.ini', line: 3 } },
    ])
  })
}

const HOW = 'write ./FILE.js:EXPORT, PACKAGE:EXPORT or exec:PROGRAM ARG...'

const refused: [written: string, wrong: string][] = [
  ['', `an empty value names no hook; ${HOW}`],
  [
    'app.hooks.check',
    `"app.hooks.check" looks like the name of a Python function; hooks are JavaScript modules or programs here: ${HOW}`,
  ],
  [
    'app.hooks.check, true',
    `"app.hooks.check, true" looks like the name of a Python function; hooks are JavaScript modules or programs here: ${HOW}`,
  ],
  [
    './gone.js:check',
    '"./gone.js:check" names a file that is not there; there is no "/etc/app/gone.js"',
  ],
  ['/gone.js', '"/gone.js" names a file that is not there; there is no "/gone.js"'],
  ['exec:./gone', '"exec:./gone" names a file that is not there; there is no "/etc/app/gone"'],
  [
    'hooks.js:check',
    '"hooks.js:check" names a package; write ./hooks.js:check for the file of that name',
  ],
  ['./hooks.js:', `"./hooks.js:" names no export behind its last colon; ${HOW}`],
  ['./hooks.js:my check', `"./hooks.js:my check" names no export behind its last colon; ${HOW}`],
  [
    './hooks.js, maybe',
    '"./hooks.js, maybe" names a file that is not there; there is no "/etc/app/hooks.js, maybe"',
  ],
  ['a b', `"a b" is neither a file nor a package; ${HOW}`],
  ['exec:', '"exec:" names no program; write exec:PROGRAM ARG...'],
  [
    'exec:a "b',
    '"exec:a \\"b" has a double quote that is never closed, at "\\"b"; it is split into words as cmd is',
  ],
]

for (const [written, wrong] of refused) {
  test(`hooks: "${written}" is refused`, () => {
    const text = `[watcher:web]\ncmd = x\nhooks.after_stop = ${written}`
    assert.deepEqual(problemsOf(text), [`a.ini:3: hooks.after_stop: ${wrong}`])
  })
}

test('hooks: a name that is none is an error with the nearest one', () => {
  const text =
    '[watcher:web]\ncmd = x\nhooks.befor_start = a\nhooks.on_fire = a\nhoks.after_stop = a'
  assert.deepEqual(problemsOf(text), [
    'a.ini:3: hooks.befor_start: is no hook; did you mean hooks.before_start?',
    `a.ini:4: hooks.on_fire: is no hook; the hooks are ${HOOK_NAMES.join(', ')}`,
    'a.ini:5: warning: hoks.after_stop: is no option of [watcher:NAME]; did you mean hooks.after_stop?',
  ])
})

test('hooks: those whose end the state machines wait for are gates', () => {
  const lines = HOOK_NAMES.map((name) => `hooks.${name} = my-hooks`).join('\n')
  const { hooks, gates } = watcherOf(`cmd = x\n${lines}`)
  assert.deepEqual(
    hooks.map(({ hook }) => hook),
    HOOK_NAMES,
  )
  assert.deepEqual(gates, ['before_start', 'after_start', 'after_spawn', 'before_stop'])
})

test('hooks: files are looked up beside the file that names them', () => {
  const files = [
    { path: 'main.ini', text: '[watcher:web]\ncmd = x\nhooks.after_stop = ./main.js' },
    { path: '/etc/more/a.ini', text: '[watcher:web]\nhooks.before_stop = ./more.js' },
  ]
  const { config } = parseConfig(files, { ...context, fileExists: () => true })
  assert.deepEqual(
    config?.watchers[0]?.hooks.map(({ target }) => target),
    [module('/etc/app/main.js', 'default'), module('/etc/more/more.js', 'default')],
  )
})
