import assert from 'node:assert/strict'
import { test } from 'node:test'
import { matchesGlob } from '../../../supervisor/dist/config/glob.js'

const cases: [pattern: string, text: string, matches: boolean][] = [
  ['', '', true],
  ['', 'a', false],
  ['web', 'web', true],
  ['web', 'Web', false],
  ['web', 'web2', false],
  ['*', '', true],
  ['*', 'any thing', true],
  ['job*', 'job', true],
  ['job*', 'job-mail', true],
  ['*b*', 'abc', true],
  ['*b', 'abc', false],
  ['a*b*c', 'a-b-b-c', true],
  ['a?c', 'abc', true],
  ['a?c', 'ac', false],
  ['a?', 'a\u{1F600}', true],
  ['a[bc]', 'ab', true],
  ['a[bc]', 'ad', false],
  ['a[b-d]', 'ac', true],
  ['a[!b-d]', 'ac', false],
  ['a[!b-d]', 'ae', true],
  ['a[]]', 'a]', true],
  ['a[b-]', 'a-', true],
  ['a[b', 'a[b', true],
  ['a.c', 'abc', false],
  ['plugin:*', 'plugin:flapping', true],
]

for (const [pattern, text, matches] of cases) {
  test(`glob: "${pattern}" ${matches ? 'matches' : 'does not match'} "${text}"`, () => {
    assert.equal(matchesGlob(pattern, text), matches)
  })
}

test('glob: a pattern of many stars ends soon', () => {
  assert.equal(matchesGlob('a*'.repeat(500) + 'b', 'a'.repeat(5000)), false)
})
