import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { referencePage } from '../../../supervisor/dist/config/reference-page.js'
import { configOf, problemsOf } from './parse-text.ts'

const PAGE = new URL('../../../docs/configuration.md', import.meta.url)

test('docs/configuration.md is what the option table gives', async () => {
  const committed = await readFile(PAGE, 'utf8')
  const advice = 'run node scripts/generate-configuration-reference.js after a build'
  assert.equal(committed, referencePage(), advice)
})

test('the example of docs/configuration.md is read without a problem', () => {
  const example = /```ini\n([^]*?)```/.exec(referencePage())?.[1] ?? ''
  assert.deepEqual(problemsOf(example, { strict: true }), [])
  const { watchers, sockets } = configOf(example)
  assert.deepEqual(
    watchers.map(({ name, sockets }) => [name, sockets]),
    [
      ['console', ['admin', 'web']],
      ['export', []],
      ['index', []],
      ['job-mail', []],
      ['web', ['web']],
    ],
  )
  assert.equal(sockets.length, 2)
  assert.deepEqual(watchers.at(-1)?.env['PATH'], '/usr/bin:/opt/app/bin')
})
