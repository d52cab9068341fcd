import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { knownCommands } from '../../../supervisor/dist/cli/circusctl/known-commands.js'
import { referencePage } from '../../../supervisor/dist/cli/circusctl/reference-page.js'

const PAGE = new URL('../../../docs/circusctl.md', import.meta.url)

test('docs/circusctl.md is what the table of commands gives', async () => {
  const advice = 'run node scripts/generate-circusctl-reference.js after a build'
  assert.equal(await readFile(PAGE, 'utf8'), referencePage(), advice)
})

test('docs/circusctl.md has a section for every command', () => {
  const titles = [...referencePage().matchAll(/^### (.*)$/gm)].map(([, title]) => title)
  assert.deepEqual(
    titles,
    knownCommands().map(({ name }) => name),
  )
})
