import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configOf, problemsOf } from './parse-text.ts'

const SOCKETS = '[socket:Web]\nport = 1\n[socket:admin]\nport = 2\n[socket:metrics]\nport = 3\n'

function socketsOf(lines: string, sections = SOCKETS) {
  const watcher = configOf(`${sections}[watcher:w]\n${lines}`).watchers[0]
  assert.equal(watcher?.hasSockets, watcher?.sockets.length !== 0)
  return watcher?.sockets
}

const cases: [rule: string, lines: string, sockets: string[]][] = [
  ['none without use_sockets', 'cmd = x', []],
  ['none with use_sockets = false', 'cmd = x\nuse_sockets = false', []],
  [
    'all, sorted, if the command names none',
    'cmd = x\nuse_sockets = true',
    ['admin', 'metrics', 'web'],
  ],
  [
    'those the command names, in its order, each once',
    'cmd = x $(circus.sockets.web) ((circus.sockets.WEB))\nargs = $(circus.sockets.admin)\nuse_sockets = on',
    ['web', 'admin'],
  ],
  [
    'exactly those listed, in their order, each once',
    'cmd = x\nuse_sockets = Web, admin, web',
    ['web', 'admin'],
  ],
  [
    'also listed ones the command does not name',
    'cmd = x $(circus.sockets.admin)\nuse_sockets = web admin',
    ['web', 'admin'],
  ],
]

for (const [rule, lines, sockets] of cases) {
  test(`a watcher's sockets: ${rule}`, () => assert.deepEqual(socketsOf(lines), sockets))
}

test("a watcher's sockets: none where there are none", () => {
  assert.deepEqual(socketsOf('cmd = x\nuse_sockets = true', ''), [])
})

const refused: [mistake: string, lines: string, problems: string[]][] = [
  [
    'an unknown socket in the command',
    'cmd = x $(circus.sockets.wbe)\nuse_sockets = true',
    ['a.ini:8: cmd: names the socket wbe, but there is no [socket:wbe]; did you mean web?'],
  ],
  [
    'an unknown socket in args, unlike any',
    'cmd = x\nargs = $(circus.sockets.other)\nuse_sockets = true',
    ['a.ini:9: args: names the socket other, but there is no [socket:other]; add that section'],
  ],
  [
    'a socket in the command without use_sockets',
    'cmd = x $(circus.sockets.web)',
    [
      'a.ini:8: cmd: names the socket web, which use_sockets does not grant; add use_sockets = true',
    ],
  ],
  [
    'a socket in the command which is not listed',
    'cmd = x $(circus.sockets.web)\nuse_sockets = admin',
    ['a.ini:8: cmd: names the socket web, which use_sockets does not grant; add web to it'],
  ],
  [
    'an unknown socket in the list',
    'cmd = x\nuse_sockets = admni',
    ['a.ini:9: use_sockets: there is no [socket:admni]; did you mean admin?'],
  ],
  [
    'a misspelt yes',
    'cmd = x\nuse_sockets = ture',
    ['a.ini:9: use_sockets: there is no [socket:ture]; did you mean true?'],
  ],
]

for (const [mistake, lines, problems] of refused) {
  test(`a watcher's sockets: ${mistake} is an error`, () => {
    assert.deepEqual(problemsOf(`${SOCKETS}[watcher:w]\n${lines}`), problems)
  })
}
