import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { findRole, permits, ROLES, type Access } from '../../../supervisor/dist/protocol/access.js'
import { commandTable } from '../../../supervisor/dist/protocol/command-table.js'

test('each role may do what those before it may', () => {
  const permitted = ROLES.map((role) => ROLES.filter((access) => permits(role, access)))
  assert.deepEqual(permitted, [['read'], ['read', 'operate'], ['read', 'operate', 'admin']])
})

test('roles are found by their exact names', () => {
  assert.deepEqual(['operate', 'Operate', 'root', ''].map(findRole), [
    'operate',
    undefined,
    undefined,
    undefined,
  ])
})

test('what changes nothing needs read, and what changes something needs more', () => {
  for (const { name, kind, access } of commandTable) {
    // `wait` begins nothing: it only waits for the end of a job.
    assert.equal(access === 'read', kind !== 'operation' || name === 'wait', name)
  }
})

/** Whoever has these can run any program as circusd's user, or end everything. */
const POWERFUL: readonly string[] = ['add', 'ipython', 'quit', 'reloadconfig', 'rm', 'set']

test('what can change what runs, or end it all, is for admins', () => {
  const admins = commandTable.filter(({ access }) => access === ('admin' satisfies Access))
  for (const { name } of admins) assert.ok(POWERFUL.includes(name), name)
  assert.ok(admins.some(({ name }) => name === 'quit'))
})

const page = readFileSync(new URL('../../../docs/security.md', import.meta.url), 'utf8')

for (const role of ROLES) {
  test(`docs/security.md lists the commands of the role ${role}`, () => {
    const row = new RegExp(`^\\| \`${role}\` +\\|([^|]*)\\|`, 'm').exec(page)?.[1] ?? ''
    const [commands = ''] = row.split(';')
    assert.deepEqual(
      Array.from(commands.matchAll(/`([a-z]+)`/g), ([, name]) => name),
      commandTable.filter(({ access }) => access === role).map(({ name }) => name),
    )
  })
}
