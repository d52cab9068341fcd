import assert from 'node:assert/strict'
import { userInfo } from 'node:os'
import { test } from 'node:test'
import { DaemonUnderTest } from './daemon-under-test.ts'

const NOT_LINUX = process.platform !== 'linux'

interface Info {
  readonly pid: number
  readonly wid?: number
  readonly started?: number
  readonly age: number
  readonly create_time: number
  readonly cpu: number
  readonly username: string
  readonly cmdline: string
  readonly children: readonly Info[]
}
type Infos = Readonly<Record<string, Info>>

const INI = `
[watcher:web]
cmd = sh -c 'sleep 1000 & exec sleep 1000'
numprocesses = 2

[watcher:Mixed Case]
cmd = sleep 1000

[watcher:none]
cmd = sleep 1000
autostart = False
`

test('stats tells of all processes, of a watcher, of one process', async () => {
  await using daemon = await DaemonUnderTest.start(INI)
  await daemon.active()
  await daemon.active('Mixed Case')
  const pids = await daemon.pids()
  const { infos } = (await daemon.call('stats')) as unknown as { infos: Record<string, Infos> }
  assert.deepEqual(Object.keys(infos).toSorted(), ['Mixed Case', 'none', 'web'])
  assert.deepEqual(infos['none'], {})
  const { name, info } = (await daemon.call('stats', { name: 'WEB' })) as unknown as {
    name: string
    info: Infos
  }
  assert.equal(name, 'WEB')
  assert.deepEqual(Object.keys(info).map(Number), pids)
  assert.deepEqual(
    Object.values(info).map(({ wid }) => wid),
    [1, 2],
  )
  const one = await daemon.call('stats', { name: 'web', process: pids[0] })
  assert.equal(one['process'], pids[0])
  assertIsPlaced(one['info'] as Info)
})

test('stats tells of a process and of its children', { skip: NOT_LINUX }, async () => {
  await using daemon = await DaemonUnderTest.start(INI)
  await daemon.active()
  const [pid = 0] = await daemon.pids()
  const look = async (): Promise<Info> => {
    const { info } = await daemon.call('stats', { name: 'web', process: pid })
    return info as Info
  }
  let info = await look()
  // The shell forks, and becomes what it is to be; so does its child.
  while (![info, ...info.children].every(({ cmdline }) => cmdline === 'sleep')) info = await look()
  assert.equal(info.username, userInfo().username)
  const [child, ...others] = info.children
  assert.deepEqual(others, [])
  assert.deepEqual(
    [child?.cmdline, child?.children, child?.wid, child?.started],
    ['sleep', [], undefined, undefined],
  )
})

function assertIsPlaced(info: Info): void {
  assert.equal(info.wid, 1)
  assert.equal(info.cpu, 0)
  assert.ok(info.age >= 0)
  assert.ok(Number(info.started) > 0)
}

test('dstats tells of circusd', async () => {
  await using daemon = await DaemonUnderTest.start(INI)
  const { info } = (await daemon.call('dstats')) as unknown as { info: Info }
  assert.equal(info.pid, daemon.pid)
  assert.deepEqual(info.children, [])
  assert.equal('wid' in info, false)
})

test('a process that works has a share of CPU time once it was asked for before', async () => {
  await using daemon = await DaemonUnderTest.start(
    `[watcher:busy]\ncmd = sh -c 'while :; do :; done'\nstop_signal = KILL\n`,
  )
  await daemon.active('busy')
  const [pid = 0] = await daemon.pids('busy')
  const cpu = async (): Promise<number> => {
    const { info } = await daemon.call('stats', { name: 'busy', process: pid })
    return (info as Info).cpu
  }
  assert.equal(await cpu(), 0)
  while ((await cpu()) === 0);
})

test('the hook extended_stats adds to the statistics of a watcher where that was asked for', async () => {
  await using daemon = await DaemonUnderTest.start(
    `[watcher:web]\ncmd = sleep 1000\nhooks.extended_stats = ./hooks.js:queue\n`,
    { 'hooks.js': 'exports.queue = ({ stats, pid }) => { stats.queue = `of ${pid}` }\n' },
  )
  await daemon.active()
  const [pid = 0] = await daemon.pids()
  const queue = async (properties: object): Promise<unknown> => {
    const { info } = await daemon.call('stats', { name: 'web', process: pid, ...properties })
    return (info as Record<string, unknown>)['queue']
  }
  assert.equal(await queue({}), undefined)
  assert.equal(await queue({ extended: true }), `of ${pid}`)
})

test('a hook extended_stats that fails fails the request, unless its failure is to be ignored', async () => {
  const watcher = (name: string, flag: string): string =>
    `[watcher:${name}]\ncmd = sleep 1000\nhooks.extended_stats = ./hooks.js:boo${flag}\n`
  await using daemon = await DaemonUnderTest.start(
    watcher('strict', '') + watcher('lenient', ', true'),
    { 'hooks.js': "exports.boo = () => { throw new Error('boo') }\n" },
  )
  await daemon.active('strict')
  await daemon.active('lenient')
  const { errno, reason } = await daemon.call('stats', { name: 'strict', extended: true })
  assert.deepEqual([errno, reason], [5, 'hook extended_stats failed: boo'])
  const { status, info } = await daemon.call('stats', { name: 'lenient', extended: true })
  assert.equal(status, 'ok')
  assert.equal(Object.keys(info as object).length, 1)
})

test('circusctl prints them as Circus does', async () => {
  await using daemon = await DaemonUnderTest.start(INI)
  await daemon.active()
  await daemon.active('Mixed Case')
  const [pid] = await daemon.pids('Mixed Case')
  const { stdout } = await daemon.ctl('stats', 'mixed case', String(pid))
  const line = String.raw`${pid}: ${pid}  sleep \S+ \d+ \d+\.\d\d[KMG] \d+\.\d\d[KMG] 0\.0 [\d.]+ 0:00\.\d+`
  assert.match(stdout, new RegExp(`^${line}\n`))
  assert.match((await daemon.ctl('dstats')).stdout, /^Main Process:\n {4}\d+ {2}circusd /)
})
