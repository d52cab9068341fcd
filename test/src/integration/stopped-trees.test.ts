import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { ownCgroup } from '../../../supervisor/dist/os/own-cgroup.js'
import { children } from '../../../supervisor/dist/os/procfs.js'
import { fixture } from '../os/started-process.ts'
import { DaemonUnderTest, isAlive } from './daemon-under-test.ts'

/** How often a stop is tried; the promise is 200 times in a row. */
const STOPS = Number(process.env['BIGTOP_STOPS'] ?? 5)

/** Starts circusd where it can make no cgroups. */
const WITHOUT_CGROUPS = [
  'unshare',
  '--mount',
  'sh',
  '-c',
  'mount -o remount,bind,ro "$0" && exec "$@"',
  cgroupMount(),
]

/** Starts circusd as PID 1 of a PID namespace. */
const AS_PID_1 = ['unshare', '--pid', '--fork', '--mount-proc']

for (const [where, under] of [
  ['with cgroups where they can be had', []],
  ['where no cgroup can be made', WITHOUT_CGROUPS],
] as const) {
  test(`${STOPS} stops of immune sessions that hold sockets: ${where}`, async (t) => {
    if (!isPermitted(under)) return t.skip(`not permitted here: ${under.join(' ')}`)
    const port = await freePort()
    const program = fixture('listens-and-forks-immune-sessions.js')
    await using daemon = await DaemonUnderTest.start(
      `[watcher:web]\ncmd = node ${program} ${port}\nuse_sockets = true\nready = none\nautostart = false\n` +
        `[socket:web]\nhost = 127.0.0.1\nport = 0\n`,
      {},
      under,
    )
    const managed = await daemon.port()
    for (let stop = 1; stop <= STOPS; stop += 1) {
      await daemon.start('web')
      await daemon.logs('forked ', 2 * stop)
      const forked = [...daemon.output.matchAll(/forked (\d+)/g)].map(([, pid]) => Number(pid))
      const all = [...(await daemon.pids()), ...forked]
      assert.equal(all.filter(isAlive).length, 3)
      const { status } = await daemon.call('stop', { name: 'web', waiting: true })
      assert.equal(status, 'ok')
      assert.deepEqual(all.filter(isAlive), [], `stop ${stop}`)
      await bind(port)
    }
    assert.equal(daemon.output.split('no cgroups').length, under.length > 0 ? 2 : 1)
    assert.equal((await daemon.quit()).code, 0)
    await bind(managed)
  })
}

test('as PID 1, circusd reaps every orphan', async (t) => {
  if (!isPermitted(AS_PID_1)) return t.skip(`not permitted here: ${AS_PID_1.join(' ')}`)
  const program = fixture('forks-zombie.sh')
  await using daemon = await DaemonUnderTest.start(
    `[watcher:web]\ncmd = sh -c 'mkfifo fifo; exec ${program} fifo'\nstop_signal = KILL\n`,
    {},
    AS_PID_1,
  )
  await daemon.logs('Starting master on pid 1\n')
  await daemon.logs('forked ')
  const [circusd = 0] = children(daemon.pid)
  await daemon.eventually(() => (children(circusd).length === 2 ? true : undefined), 'an orphan')
  writeFileSync(join(daemon.home, 'fifo'), 'die\n')
  await daemon.eventually(() => (children(circusd).length === 1 ? true : undefined), 'its reaping')
  assert.equal((await daemon.call('quit', { waiting: false }))['status'], 'ok')
  assert.equal((await daemon.ended).code, 0)
})

test('cgroups are removed with their processes, those of a killed circusd by the next one', async (t) => {
  const own = ownCgroup()
  await using daemon = await DaemonUnderTest.start('[watcher:one]\ncmd = sleep 1000\n')
  await daemon.active('one')
  if (own === undefined || daemon.output.includes('no cgroups')) return t.skip('no cgroups here')
  const cgroup = cgroupOf(own, daemon.pid) ?? assert.fail('circusd has no cgroup')
  const [pid = 0] = await daemon.pids('one')
  assert.match(readFileSync(`/proc/${pid}/cgroup`, 'utf8'), /^0::.*\/one-\d+\.\d+$/m)
  await daemon.call('stop', { name: 'one', waiting: true })
  assert.deepEqual(groupsIn(cgroup), [])
  await daemon.start('one')
  const [orphan = 0] = await daemon.pids('one')
  daemon.child.kill('SIGKILL')
  await once(daemon.child, 'exit')
  process.kill(orphan, 'SIGKILL')
  await daemon.ended
  assert.equal(groupsIn(cgroup).length, 1)
  await using next = await DaemonUnderTest.start('[watcher:one]\ncmd = sleep 1000\n')
  assert.equal(existsSync(cgroup), false)
  const nextCgroup = cgroupOf(own, next.pid) ?? assert.fail('circusd has no cgroup')
  await next.quit()
  assert.equal(existsSync(nextCgroup), false)
})

function cgroupOf(own: string, pid: number): string | undefined {
  const name = groupsIn(own).find((group) => group.startsWith(`circusd-${pid}.`))
  return name === undefined ? undefined : join(own, name)
}

function groupsIn(cgroup: string): readonly string[] {
  const entries = readdirSync(cgroup, { withFileTypes: true })
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
}

function cgroupMount(): string {
  const mount = /^\S+ (\S+) cgroup2 /m.exec(readFileSync('/proc/mounts', 'utf8'))
  return mount?.[1] ?? '/sys/fs/cgroup'
}

function isPermitted([program, ...args]: readonly string[]): boolean {
  return program === undefined || spawnSync(program, [...args, 'true']).status === 0
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Fails if somebody still holds the port. */
async function bind(port: number): Promise<void> {
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  server.close()
  await once(server, 'close')
}
