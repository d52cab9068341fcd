import assert from 'node:assert/strict'
import { test } from 'node:test'
import { splitWords } from '../../../supervisor/dist/config/words.js'

const split: [rule: string, text: string, words: string[]][] = [
  ['nothing has no words', '', []],
  ['blanks alone have no words', ' \t\n ', []],
  ['blanks, tabs and newlines separate', 'a b\tc\nd  e', ['a', 'b', 'c', 'd', 'e']],
  ['single quotes keep everything', `'a  "b" \\ $c'`, ['a  "b" \\ $c']],
  ['double quotes keep blanks and single quotes', `"a  'b'"`, [`a  'b'`]],
  ['quotes may be part of a word', `a'b c'"d e"f`, ['ab cd ef']],
  ['empty quotes are an empty word', `a '' ""`, ['a', '', '']],
  ['a backslash takes the next character as it is', 'a\\ b \\"c\\\\', ['a b', '"c\\']],
  ['in double quotes a backslash escapes a quote and itself', '"\\"a\\\\"', ['"a\\']],
  ['in double quotes other backslashes stay', '"\\n\\$x"', ['\\n\\$x']],
  ['# is an ordinary character', 'a #b c', ['a', '#b', 'c']],
  ['nothing else is special', 'a; b | c && $HOME *', ['a;', 'b', '|', 'c', '&&', '$HOME', '*']],
]

for (const [rule, text, words] of split) {
  test(`words: ${rule}`, () => assert.deepEqual(splitWords(text), { ok: true, words }))
}

const refused: [text: string, wrong: string][] = [
  [`a "b c`, 'has a double quote that is never closed, at "\\"b c"'],
  [`a 'b c`, `has a single quote that is never closed, at "'b c"`],
  [
    `it's a very long command line`,
    `has a single quote that is never closed, at "'s a very long comma"`,
  ],
  ['a\\', 'ends in a lone backslash'],
]

for (const [text, wrong] of refused) {
  test(`words: ${text} ${wrong}`, () => assert.deepEqual(splitWords(text), { ok: false, wrong }))
}
