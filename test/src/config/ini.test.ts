import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readIni, type SourceFile } from '../../../supervisor/dist/config/ini.js'
import { formatProblem, type Problem } from '../../../supervisor/dist/config/problem.js'

function read(...texts: string[]) {
  const files: SourceFile[] = texts.map((text, index) => ({ path: `${index + 1}.ini`, text }))
  const problems: Problem[] = []
  const sections = readIni(files, (problem) => problems.push(problem))
  const values = Array.from(sections, ([name, section]) => [
    name,
    Object.fromEntries(Array.from(section.options, ([name, option]) => [name, option.value])),
  ])
  return { sections, values: Object.fromEntries(values), problems: problems.map(formatProblem) }
}

/** Each text stands below `[s]`; the result is that of `[s]`. */
const accepted: [rule: string, text: string, values: Record<string, string>][] = [
  ['= separates', 'a=1', { a: '1' }],
  [': separates', 'a: 1', { a: '1' }],
  ['the first of = and : separates', 'a = b:c=d', { a: 'b:c=d' }],
  ['a key cannot hold a colon', 'a:b = c', { a: 'b = c' }],
  ['blanks around name and value do not count', 'a  \t=  \t1  ', { a: '1' }],
  ['names are case-sensitive', 'a = 1\nA = 2', { a: '1', A: '2' }],
  ['names may hold blanks', 'a b = 1', { 'a b': '1' }],
  ['a percent sign is literal', 'a = %Y %(x)s', { a: '%Y %(x)s' }],
  ['quotes are kept', `a = "x" 'y'`, { a: `"x" 'y'` }],
  ['two quotes alone are an empty value', 'a = ""', { a: '' }],
  ['a value may be empty', 'a =', { a: '' }],
  ['# and ; begin a comment in column 0', '#a = 1\n;b = 2\nc = 3', { c: '3' }],
  ['rem begins a comment in column 0', 'rem a = 1\nREM b = 2\nRem\nremote = 3', { remote: '3' }],
  ['; after a blank begins a comment', 'a = 3 ;x', { a: '3' }],
  ['; after a blank begins a comment in an empty value', 'a = ;x', { a: '' }],
  ['; after a tab begins a comment', 'a = 3\t; x', { a: '3' }],
  ['; without a blank does not', 'a = b;c', { a: 'b;c' }],
  ['only the first ; of a value counts', 'a = b;c ;d', { a: 'b;c ;d' }],
  ['# begins no comment behind a value', 'a = -q  # note', { a: '-q  # note' }],
  ['an indented line continues the value', 'a = 1\n  2\n\t3', { a: '1\n2\n3' }],
  ['a continued value may begin empty', 'a =\n  1\n  2', { a: '1\n2' }],
  ['a continuation may begin with # or ;', 'a = 1\n  # x\n  ; y', { a: '1\n# x\n; y' }],
  ['a continuation has no comments', 'a = 1\n  2 ; x', { a: '1\n2 ; x' }],
  ['blank lines and comments do not end a value', 'a = 1\n\n   \n# x\n  2', { a: '1\n2' }],
  ['an indented option is part of the value above it', 'a = 1\n  b = 2', { a: '1\nb = 2' }],
]

for (const [rule, text, values] of accepted) {
  test(`ini: ${rule}`, () => {
    const { values: read_, problems } = read(`[s]\n${text}`)
    assert.deepEqual(read_, { s: values })
    assert.deepEqual(problems, [])
  })
}

const headers: [header: string, name: string][] = [
  ['[a]', 'a'],
  ['[a b:c]', 'a b:c'],
  ['[ a ]', 'a'],
  ['[env:job[12]]', 'env:job[12]'],
  ['[a] ; see [b]', 'a'],
  ['[a] # see [b]', 'a'],
]

for (const [header, name] of headers) {
  test(`ini: the header ${header} names ${name}`, () => {
    const { values, problems } = read(`${header}\nx = 1`)
    assert.deepEqual(values, { [name]: { x: '1' } })
    assert.deepEqual(problems, [])
  })
}

test('ini: a repeated section is merged into the first, in one file and across files', () => {
  const { values, sections, problems } = read(
    '[a]\nx = 1\n[b]\ny = 2\n[a]\nz = 3',
    '[b]\nq = 4\n[c]\nr = 5',
  )
  assert.deepEqual(values, { a: { x: '1', z: '3' }, b: { y: '2', q: '4' }, c: { r: '5' } })
  assert.deepEqual(sections.get('a')?.line, 1)
  assert.deepEqual(problems, [])
})

test('ini: the first value of an option counts, silently only across files', () => {
  const { values, problems } = read('[a]\nx = 1\nx = 2', '[a]\nx = 3')
  assert.deepEqual(values, { a: { x: '1' } })
  assert.deepEqual(problems, [
    '1.ini:3: warning: x: is already set in line 2, and the first value counts; remove one of the two',
  ])
})

test('ini: lines that continue a dropped value are dropped with it', () => {
  assert.deepEqual(read('[a]\nx = 1', '[a]\nx = 2\n  3\ny = 4').values, { a: { x: '1', y: '4' } })
})

test('ini: a section of an included file does not go on into the next file', () => {
  assert.deepEqual(read('[a]\nx = 1', 'y = 2').problems, [
    '2.ini:1: "y = 2" stands before the first section; put a header such as [circus] above it',
  ])
})

test('ini: every section, option and continuation knows its file and line', () => {
  const { sections } = read('# x\n\n[a]\nx = 1\n  2', '[a]\ny = 1')
  const section = sections.get('a')
  assert.deepEqual([section?.file, section?.line], ['1.ini', 3])
  const [x, y] = Array.from(section?.options.values() ?? [])
  assert.deepEqual([x?.file, x?.line, x?.continuations], ['1.ini', 4, [{ line: 5, text: '2' }]])
  assert.deepEqual([y?.file, y?.line], ['2.ini', 2])
})

test('ini: a byte order mark and all line ends are understood', () => {
  assert.deepEqual(read('\uFEFF[a]\r\nx = 1\ry = 2\nz = 3').values, {
    a: { x: '1', y: '2', z: '3' },
  })
})

test('ini: names of JavaScript objects are ordinary names', () => {
  const { sections } = read('[__proto__]\n__proto__ = 1\nconstructor = 2')
  assert.deepEqual(Array.from(sections.get('__proto__')?.options.keys() ?? []), [
    '__proto__',
    'constructor',
  ])
})

const refused: [mistake: string, text: string, problems: string[]][] = [
  [
    'text before the first section, told once',
    'x = 1\ny = 2\n[a]',
    ['1.ini:1: "x = 1" stands before the first section; put a header such as [circus] above it'],
  ],
  [
    'lines without a separator, all of them',
    '[a]\nnonsense\nx = 1\nmore of it',
    [
      '1.ini:2: "nonsense" is neither a [section] nor an option; write NAME = VALUE',
      '1.ini:4: "more of it" is neither a [section] nor an option; write NAME = VALUE',
    ],
  ],
  [
    'a line without a name',
    '[a]\n= 1',
    ['1.ini:2: "= 1" is neither a [section] nor an option; write NAME = VALUE'],
  ],
  [
    'a header without its bracket, which Circus takes for an option',
    '[a]\n[watcher:web\nx = 1',
    ['1.ini:2: "[watcher:web" is a section header without its closing ]'],
  ],
  ['an empty header', '[]', ['1.ini:1: "[]" is a section header without its closing ]']],
  [
    'an indented line right below a header',
    '[a]\n  x = 1',
    [
      '1.ini:2: "x = 1" is indented, but there is no option that it could continue; remove the indent',
    ],
  ],
  [
    'text behind a header',
    '[a] x = 1\ny = 2',
    ['1.ini:1: warning: [a]: "x = 1" after the header is ignored'],
  ],
  ['a NUL character', '[a]\nx = \0', ['1.ini:2: this line holds a NUL character; remove it']],
]

for (const [mistake, text, problems] of refused) {
  test(`ini: ${mistake} is told`, () => assert.deepEqual(read(text).problems, problems))
}
