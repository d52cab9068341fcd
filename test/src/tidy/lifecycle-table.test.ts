import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { watcherTable } from '../../../supervisor/dist/config/option-table.js'

const root = new URL('../../../', import.meta.url)

const page = readFileSync(new URL('docs/lifecycle.md', root), 'utf8')

/** Rows of both tables, as cells. */
const rows = page
  .slice(page.indexOf('## Every option of a watcher'))
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
  .map((line) => line.slice(2, -2).split(' | '))
  .filter(([, , tests]) => tests !== 'held by')

/** `folder/file: name of the test` */
const REFERENCE = /`([a-z-]+\/[a-z-]+): ([^`]+)`/g

/** Names of tests in a source: literal ones, and patterns made of templates. */
function namesIn(source: string): readonly RegExp[] {
  const calls = source.matchAll(/\b(?:test|inBothModes)\(\s*(?:'([^']+)'|"([^"]+)"|`([^`]+)`)/g)
  return Array.from(calls, ([call, single, double, template = '']) => {
    const name = single ?? double ?? template
    const end = call.startsWith('inBothModes') ? ' \\((?:with|without) cgroups\\)' : ''
    const parts = name
      .split(/\$\{[^}]*\}/)
      .map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))
    return new RegExp(`^${parts.join('(.+)')}${end}$`)
  })
}

/** Why a reference is wrong, or null. Each word that stands for a value in a template must be in the file, too. */
function mistakeIn(file: string, name: string): string | null {
  const path = new URL(`test/src/${file}.test.ts`, root)
  if (!existsSync(path)) return `${file}: there is no such file`
  const source = readFileSync(path, 'utf8')
  const isNamed = namesIn(source).some((pattern) => {
    const [, ...values] = pattern.exec(name) ?? [null, '']
    const words = values.join(' ').match(/[\w-]+/g) ?? []
    return pattern.test(name) && words.every((word) => source.includes(word))
  })
  return isNamed ? null : `${file}: no test "${name}"`
}

test('lifecycle page: every row names its tests, and each of them exists', () => {
  assert.ok(rows.length > 80, `${rows.length} rows`)
  const wrong = rows.flatMap(([what = '', , tests = '']) => {
    const references = Array.from(tests.matchAll(REFERENCE))
    if (references.length === 0) return [`${what}: names no test`]
    return references.flatMap(([, file = '', name = '']) => mistakeIn(file, name) ?? [])
  })
  assert.deepEqual(wrong, [])
})

test('lifecycle page: every row says how it compares with Circus', () => {
  const wrong = rows.filter(
    ([, compared = '']) => !/^(as in Circus|different: |ours|has no meaning: )/.test(compared),
  )
  assert.deepEqual(wrong, [])
})

test('lifecycle page: every option of a watcher has a row', () => {
  const options = new Set(
    rows.flatMap(([what = '']) => Array.from(what.matchAll(/`([a-z_]+)`/g), ([, name]) => name)),
  )
  const missing = Object.keys(watcherTable).filter((name) => !options.has(name))
  assert.deepEqual(missing, [])
})
