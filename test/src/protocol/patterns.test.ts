import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { matchWatchers } from '../../../supervisor/dist/protocol/match-watchers.js'
import { MAX_PATTERN_LENGTH, matchEnds } from '../../../supervisor/dist/protocol/pattern.js'
import { parseRegex } from '../../../supervisor/dist/protocol/regex.js'
import { sampleView } from './hand-made-view.ts'

const matchesRegex = (regex: string, name: string): boolean =>
  matchEnds(parseRegex(regex), name).size > 0

const regexes: readonly [regex: string, matches: readonly string[], not: readonly string[]][] = [
  ['web', ['web', 'web-1'], ['aweb']],
  ['web$', ['web'], ['web-1']],
  ['^web', ['web-1'], ['aweb']],
  ['.*b$', ['web'], ['web1']],
  ['w(e|o)b$', ['web', 'wob'], ['wub', 'weob']],
  ['(?:a|b|)c', ['ac', 'bc', 'c'], ['d']],
  ['a{2,3}$', ['aa', 'aaa'], ['a', 'aaaa']],
  ['a{2}$', ['aa'], ['a', 'aaa']],
  ['a{,2}$', ['', 'aa'], ['aaa']],
  ['(ab)+$', ['abab'], ['aba', '']],
  ['[^-\\s]+$', ['web'], ['we-b', 'we b']],
  ['[\\w-]+\\d$', ['web-1'], ['web-']],
  ['a\\.b', ['a.b'], ['axb']],
  ['[]]', [']'], ['[']],
  ['a??b', ['ab', 'b'], ['aab']],
  ['(a*)*b', ['aaab', 'b'], ['aaac']],
]

for (const [regex, matching, others] of regexes) {
  test(`regex "${regex}" matches as re.match does`, () => {
    for (const name of matching) assert.ok(matchesRegex(regex, name), name)
    for (const name of others) assert.ok(!matchesRegex(regex, name), name)
  })
}

for (const regex of [
  '(',
  ')',
  '*a',
  'a**',
  '[a',
  '[z-a]',
  'a{3,2}',
  '(?=a)',
  '(a)\\1',
  '\\',
  '^*',
]) {
  test(`regex "${regex}" is refused with errno 5`, () => {
    assert.throws(() => parseRegex(regex), { code: 'ERR_REQUEST', errno: 5 })
  })
}

test('our regular expressions match what those of JavaScript match', () => {
  const atom = fc.constantFrom(
    'a',
    'b',
    '.',
    '[ab]',
    '[^a]',
    '(a|b)',
    '(?:ab)',
    '(a|)',
    '(b*a)',
    '^',
    '$',
  )
  const quantifier = fc.constantFrom('', '', '*', '+', '?', '{2}', '{1,2}', '*?')
  const piece = fc
    .tuple(atom, quantifier)
    .map(([one, times]) => (one === '^' || one === '$' ? one : one + times))
  const regex = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''))
  const name = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 })
  fc.assert(
    fc.property(regex, name, (source, text) => {
      assert.equal(matchesRegex(source, text), new RegExp(`^(?:${source})`, 'u').test(text))
    }),
    { numRuns: 2_000 },
  )
})

test('a pattern that would keep a backtracking engine busy for years is matched at once', () => {
  assert.equal(matchesRegex('(a+)+$', `${'a'.repeat(60)}!`), false)
  assert.equal(matchesRegex(`${'a?'.repeat(30)}${'a'.repeat(30)}$`, 'a'.repeat(30)), true)
})

test('a pattern that takes too many steps here is refused', () => {
  const pattern = '(((a{99}){99}){99}){99}b'
  assert.throws(() => matchesRegex(pattern, 'a'.repeat(10_000)), { code: 'ERR_REQUEST', errno: 3 })
  assert.throws(() => matchesRegex('(^){999999999}b', 'a'), { code: 'ERR_REQUEST', errno: 3 })
})

test('a pattern that is too long is refused', () => {
  const pattern = 'a'.repeat(MAX_PATTERN_LENGTH + 1)
  assert.throws(() => matchWatchers(sampleView, pattern, 'glob'), { errno: 3 })
})

test('no pattern does anything else than match or be refused', () => {
  const pattern = fc.string({
    unit: fc.constantFrom(...Array.from('ab[](){}|*+?^$\\!-.,1')),
    maxLength: 20,
  })
  fc.assert(
    fc.property(pattern, fc.constantFrom('glob', 'regex', 'simple'), (name, method) => {
      try {
        matchWatchers(sampleView, name, method)
      } catch (error) {
        assert.equal(error instanceof Error && 'code' in error && error.code, 'ERR_REQUEST')
      }
    }),
    { numRuns: 2_000 },
  )
})
