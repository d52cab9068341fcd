import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quoteWord, splitBegunLine } from '../../../supervisor/dist/cli/circusctl/begun-line.js'
import { parseShellInput } from '../../../supervisor/dist/cli/circusctl/shell-input.js'
import { splitLine } from '../../../supervisor/dist/cli/circusctl/split-line.js'
import { wordNameAt } from '../../../supervisor/dist/cli/circusctl/word-pattern.js'
import type { Flag } from '../../../supervisor/dist/protocol/command-line.js'

const flags: readonly Flag[] = [
  { name: 'waiting', takes: null, summary: '' },
  { name: 'match', takes: 'METHOD', summary: '' },
  { name: 'signum', takes: 'SIGNUM', summary: '' },
]

const lines: readonly [argv: string[], words: string[], flags: Record<string, string | true>][] = [
  [['web', '--waiting', '2'], ['web', '2'], { waiting: true }],
  [['--match', 'glob', 'w*'], ['w*'], { match: 'glob' }],
  [['--match=a=b', 'web'], ['web'], { match: 'a=b' }],
  [['web', '--wait'], ['web'], { waiting: true }],
  [['web', '-1', 'x', '-2.5'], ['web', '-1', 'x', '-2.5'], {}],
  [['--signum', '-9', 'web'], ['web'], { signum: '-9' }],
  [['name', '--', 'cmd', '--waiting', '-x'], ['name', 'cmd', '--waiting', '-x'], {}],
  [['-'], ['-'], {}],
]

for (const [argv, words, expected] of lines) {
  test(`${argv.join(' ')}: words ${words.join(', ')}`, () => {
    const line = splitLine(argv, { flags, command: 'stop' })
    assert.deepEqual({ words: line.words, flags: line.flags }, { words, flags: expected })
  })
}

const wrongLines: readonly [argv: string[], message: string][] = [
  [['-w'], 'Cannot find option "-w" of stop'],
  [['--wating'], 'Cannot find option "--wating" of stop; did you mean --waiting?'],
  [['--waiting=1'], 'Cannot use --waiting=1: --waiting takes no value'],
  [['--match'], 'Cannot use --match: its METHOD is missing'],
  [
    ['--timeout', '3'],
    'Cannot find option "--timeout" of stop: it belongs before the command, circusctl --timeout stop',
  ],
]

for (const [argv, message] of wrongLines) {
  test(`${argv.join(' ')}: ${message}`, () => {
    assert.throws(() => splitLine(argv, { flags, command: 'stop' }), { code: 'ERR_USAGE', message })
  })
}

test('a shortened flag that may be two is refused with both', () => {
  const two: readonly Flag[] = [
    { name: 'stop', takes: null, summary: '' },
    { name: 'start', takes: null, summary: '' },
  ]
  assert.throws(() => splitLine(['--st'], { flags: two, command: 'x' }), {
    message: 'Cannot tell which option "--st" of x is: --stop, --start',
  })
})

const wordNames: readonly [patterns: string[], names: (string | undefined)[]][] = [
  [
    ['NAME', '[NB]'],
    ['NAME', 'NB', undefined],
  ],
  [
    ['NAME', 'KEY...'],
    ['NAME', 'KEY', 'KEY'],
  ],
  [
    ['NAME', 'KEY', 'VALUE', '[KEY VALUE...]'],
    ['NAME', 'KEY', 'VALUE', 'KEY', 'VALUE', 'KEY', 'VALUE'],
  ],
]

for (const [patterns, names] of wordNames) {
  test(`the words of ${patterns.join(' ')} by position`, () => {
    assert.deepEqual(
      names.map((_name, index) => wordNameAt(patterns, index)),
      names,
    )
  })
}

const begun: readonly [text: string, before: string[], current: string, quote: string][] = [
  ['', [], '', ''],
  ['stop we', ['stop'], 'we', ''],
  ['stop ', ['stop'], '', ''],
  ['stop Mixed\\ C', ['stop'], 'Mixed C', ''],
  ['stop "Mixed C', ['stop'], 'Mixed C', '"'],
  ["'a b' 'c d' e", ['a b', 'c d'], 'e', ''],
]

for (const [text, before, current, quote] of begun) {
  test(`the line ${JSON.stringify(text)}, as far as it is typed`, () => {
    const line = splitBegunLine(text)
    assert.deepEqual([line.before, line.current, line.quote], [before, current, quote])
  })
}

test('a word that is proposed means itself, in the quotes in which it was begun', () => {
  for (const word of ['web', 'Mixed Case', "it's", 'a"b', 'back\\slash', '$HOME', 'b*']) {
    for (const quote of ['', '"', "'"] as const) {
      assert.equal(splitBegunLine(quoteWord(word, quote)).current, word)
    }
  }
})

test('lines of the shell: nothing, comments, the ways out, help, what cannot be read', () => {
  const types = ['', '   ', '# note', 'exit', 'EOF', '?', 'help', 'list "x', 'bogus'].map(
    (line) => parseShellInput(line).type,
  )
  const expected = ['nothing', 'nothing', 'nothing', 'leave', 'leave', 'help', 'help']
  assert.deepEqual(types, [...expected, 'wrong', 'wrong'])
})

test('only quit stops the daemon', () => {
  const stops = (line: string): unknown => {
    const input = parseShellInput(line)
    return input.type === 'command' && input.stopsDaemon
  }
  assert.deepEqual(['quit --waiting', 'quit --help', 'stop'].map(stops), [true, false, false])
})
