import assert from 'node:assert/strict'
import { test } from 'node:test'
import { environmentVariables, expand, references } from '../../../supervisor/dist/config/expand.js'

const variables = new Map([
  ['wid', '7'],
  ['env.home', '/home/u'],
  ['env.nested', '$(circus.wid)'],
  ['sockets.my-web.1', '3'],
])

const cases: [rule: string, text: string, expanded: string][] = [
  ['text without references stays', 'a $HOME ${x} $(x) ((x))', 'a $HOME ${x} $(x) ((x))'],
  ['the dollar form is replaced', '--id=$(circus.wid)', '--id=7'],
  ['the form in parentheses is replaced', '--id=((circus.wid))', '--id=7'],
  ['names are case-insensitive', '$(CIRCUS.ENV.Home)', '/home/u'],
  ['names may hold dots and dashes', '$(circus.sockets.my-web.1)', '3'],
  [
    'unknown names stay as they are',
    '$(circus.Nope) ((circus.nope))',
    '$(circus.Nope) ((circus.nope))',
  ],
  ['a value is not expanded again', '$(circus.env.nested)', '$(circus.wid)'],
  ['what has no prefix is not a reference', '$(WID) $WID', '$(WID) $WID'],
  ['all are replaced', '$(circus.wid)$(circus.wid) ((circus.wid))', '77 7'],
]

for (const [rule, text, expanded] of cases) {
  test(`expand: ${rule}`, () => assert.equal(expand(text, variables), expanded))
}

test('expand: references are listed in order, known or not', () => {
  assert.deepEqual(references('$(circus.B) x ((circus.a.c))'), [
    { literal: '$(circus.B)', name: 'b' },
    { literal: '((circus.a.c))', name: 'a.c' },
  ])
})

test('expand: an environment is known by lower-cased names', () => {
  assert.deepEqual(Array.from(environmentVariables({ PATH: '/bin', path: '/x', A: '' })), [
    ['env.path', '/x'],
    ['env.a', ''],
  ])
})
