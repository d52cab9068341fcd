import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import {
  cgroupMembers,
  hasMembers,
  killCgroup,
  makeCgroup,
  moveToCgroup,
  removeCgroup,
} from '../../../supervisor/dist/os/cgroup.js'
import { ownCgroup } from '../../../supervisor/dist/os/own-cgroup.js'
import { startProcess, startShell } from './started-process.ts'

/** A cgroup for one test; undefined, and the test is skipped, where none can be made. */
function cgroup(t: TestContext): string | undefined {
  const own = ownCgroup()
  if (own === undefined) {
    t.skip('there is no cgroup v2 here')
    return undefined
  }
  const path = join(own, `bigtop-test-${process.pid}`)
  try {
    makeCgroup(path)
  } catch (error) {
    t.skip(String(error))
    return undefined
  }
  t.after(() => removeCgroup(path))
  return path
}

test('all members of a cgroup, and of those below it, are killed', async (t) => {
  const path = cgroup(t)
  if (path === undefined) return
  const below = join(path, 'below')
  makeCgroup(below)
  const one = startShell(t, 'trap "" TERM; sleep 60 & wait', { env: { PATH: '/usr/bin:/bin' } })
  const other = startProcess(t, { args: ['60'] })
  assert.equal(moveToCgroup(path, one.process.pid), true)
  assert.equal(moveToCgroup(below, other.process.pid), true)
  const members = cgroupMembers(path)
  assert.ok(members.includes(one.process.pid) && members.includes(other.process.pid))
  assert.equal(hasMembers(path), true)
  assert.equal(removeCgroup(path), false)
  assert.equal(killCgroup(path), true)
  const ends = await Promise.all([one.exited, other.exited])
  assert.deepEqual(
    ends.map(({ signal }) => signal),
    ['SIGKILL', 'SIGKILL'],
  )
  while (hasMembers(path)) await new Promise(setImmediate)
  assert.equal(removeCgroup(path), true)
  assert.equal(existsSync(path), false)
})

test('a process that has ended cannot be moved, and that is no error', async (t) => {
  const path = cgroup(t)
  if (path === undefined) return
  const { process, exited } = startShell(t, 'exit 0')
  await exited
  assert.equal(moveToCgroup(path, process.pid), false)
})

test('a cgroup that is not there has nobody, and needs no removal', () => {
  assert.equal(hasMembers('/nowhere/at/all'), false)
  assert.deepEqual(cgroupMembers('/nowhere/at/all'), [])
  assert.equal(killCgroup('/nowhere/at/all'), false)
  assert.equal(removeCgroup('/nowhere/at/all'), true)
  assert.throws(() => makeCgroup('/nowhere/at/all'), { name: 'SystemError', code: 'ENOENT' })
})
