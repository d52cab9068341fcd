import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  meaninglessCircusOptions,
  meaninglessWatcherOptions,
} from '../../../supervisor/dist/config/meaningless-options.js'
import type { OptionTable } from '../../../supervisor/dist/config/option-row.js'
import {
  circusTable,
  flappingTable,
  socketTable,
  streamTable,
  watcherTable,
} from '../../../supervisor/dist/config/option-table.js'
import { defaultValue } from '../../../supervisor/dist/config/read-options.js'
import {
  unsupportedCircusOptions,
  unsupportedSocketOptions,
  unsupportedStreamOptions,
  type UnsupportedOptions,
} from '../../../supervisor/dist/config/unsupported-options.js'
import { context } from './parse-text.ts'

test('option table: every option without a meaning has a value that asks for nothing, or none', () => {
  const options = { ...meaninglessCircusOptions, ...meaninglessWatcherOptions }
  for (const [name, option] of Object.entries(options)) {
    if (option.default !== null) assert.ok(option.type.parse(option.default, context).ok)
    assert.ok(!Object.hasOwn(circusTable, name) && !Object.hasOwn(watcherTable, name))
  }
})

const tables: [name: string, table: OptionTable, unsupported: UnsupportedOptions][] = [
  ['circus', circusTable, unsupportedCircusOptions],
  ['watcher', watcherTable, {}],
  ['flapping', flappingTable, {}],
  ['stream', streamTable, unsupportedStreamOptions],
  ['socket', socketTable, unsupportedSocketOptions],
]

for (const [name, table, unsupported] of tables) {
  test(`option table: every default of ${name} can be read and written`, () => {
    for (const row of Object.values(table)) {
      const value = defaultValue(row, context)
      if (row.default !== null) row.type.toWire(value)
    }
    for (const option of Object.values(unsupported)) {
      if (option.default !== null) assert.ok(option.type.parse(option.default, context).ok)
    }
  })

  test(`option table: fields of ${name} are distinct and name their unit`, () => {
    const fields = Object.values(table).map(({ field }) => field)
    assert.equal(new Set(fields).size, fields.length)
    for (const { field, type } of Object.values(table)) {
      if (type.unit === 'seconds') assert.match(field, /Ms$/)
      if (type.unit === 'bytes') assert.match(field, /Bytes$/)
    }
  })

  test(`option table: no option of ${name} is both acted on and not`, () => {
    assert.deepEqual(
      Object.keys(table).filter((option) => Object.hasOwn(unsupported, option)),
      [],
    )
  })

  test(`option table: what every option of ${name} means is a sentence that fits a table`, () => {
    for (const { meaning, type } of Object.values(table)) {
      assert.match(meaning, /^[^|\n]+\.$/)
      assert.match(type.mayBe, /^[^|\n]+$/)
    }
  })
}
