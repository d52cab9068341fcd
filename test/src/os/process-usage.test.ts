import assert from 'node:assert/strict'
import { test } from 'node:test'
import { portableUsage } from '../../../supervisor/dist/os/portable-usage.js'
import {
  processUsage,
  usageFromStat,
  usageFromStatus,
} from '../../../supervisor/dist/os/process-usage.js'
import { children, startTime } from '../../../supervisor/dist/os/procfs.js'
import { startProcess, startShell } from './started-process.ts'

const LINUX = { skip: process.platform !== 'linux' }
const SYSTEM = { ticksPerSecond: 100, bootedAt: 1_000_000 }

test('a stat line is understood, whatever the program is called', () => {
  const rest = '10 11 0 -1 4194560 1 2 3 4 150 50 300 400 20 -5 3 0 12345 8192 10 99'
  assert.deepEqual(usageFromStat(4242, `4242 (tricky) Z 1 () S 77 ${rest}\n`, SYSTEM), {
    pid: 4242,
    startTime: 12_345,
    isZombie: false,
    threads: 3,
    virtualBytes: 8_192,
    cpuSeconds: 2,
    familyCpuSeconds: 9,
    nice: -5,
    createdAt: 1_000_123.45,
  })
})

test('the status is understood, with memory and without', () => {
  const lines = 'Name:\tUid: 7\nUid:\t1000\t0\t0\t0\nVmPeak:\t 9 kB\nVmRSS:\t      40 kB\n'
  assert.deepEqual(usageFromStatus(lines), { uid: 1_000, residentBytes: 40_960 })
  assert.deepEqual(usageFromStatus('Uid:\t0\t0\t0\t0\n'), { uid: 0, residentBytes: 0 })
})

test('this process is seen as it is', LINUX, () => {
  const usage = processUsage(process.pid) ?? assert.fail('we are not there')
  assert.equal(usage.startTime, startTime(process.pid))
  assert.equal(usage.uid, process.getuid?.())
  assert.equal(usage.command, process.argv0)
  assert.equal(usage.isZombie, false)
  assert.ok(usage.threads > 1)
  assert.ok(usage.familyCpuSeconds >= usage.cpuSeconds)
  const { rss } = process.memoryUsage()
  assert.ok(usage.residentBytes > rss / 2 && usage.residentBytes < rss * 2)
  assert.ok((usage.virtualBytes ?? 0) > usage.residentBytes)
  const startedAt = Date.now() / 1_000 - process.uptime()
  // The clock of the boot, to which the start is counted, is read once in ticks of 10 ms.
  assert.ok(Math.abs(usage.createdAt - startedAt) < 2, `${usage.createdAt}, not ${startedAt}`)
})

test('CPU time grows with work', LINUX, () => {
  const used = (): number => processUsage(process.pid)?.cpuSeconds ?? 0
  const before = used()
  assert.ok(waitFor(() => (used() > before ? used() : undefined)) > before)
})

test('a process that nobody has reaped is a zombie without a command', LINUX, (t) => {
  // The shell cannot reap while it is stopped.
  const { process: shell } = startShell(t, 'sleep 0 & kill -STOP $$')
  const zombie = waitFor(() =>
    children(shell.pid)
      .map(processUsage)
      .find((usage) => usage?.isZombie),
  )
  assert.equal(zombie.command, null)
  assert.equal(zombie.residentBytes, 0)
})

test('a process that is gone has no usage', LINUX, async (t) => {
  const { process: child, exited } = startProcess(t, { program: '/bin/true' })
  await exited
  assert.equal(processUsage(child.pid), undefined)
})

test('ps tells memory, CPU time and age of a process', async () => {
  const usage = (await portableUsage(process.pid)) ?? assert.fail('we are not there')
  assert.ok(usage.residentBytes > 2 ** 20)
  assert.ok(usage.cpuSeconds >= 0)
  assert.ok(Math.abs(usage.createdAt - (Date.now() / 1_000 - process.uptime())) < 5)
  assert.deepEqual(
    [usage.virtualBytes, usage.nice, usage.uid, usage.command],
    [null, null, null, null],
  )
})

test('ps knows nothing of a process that is gone', async (t) => {
  const { process: child, exited } = startProcess(t, { program: '/bin/true' })
  await exited
  assert.equal(await portableUsage(child.pid), undefined)
})

/** Looks until there is something: nobody tells of these things. The runner of the tests has a limit. */
function waitFor<Value>(look: () => Value | undefined): Value {
  for (;;) {
    const found = look()
    if (found !== undefined) return found
  }
}
