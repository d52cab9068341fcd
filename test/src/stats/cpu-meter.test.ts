import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CpuMeter } from '../../../supervisor/dist/arbiter/cpu-meter.js'

/** One process without children. */
function percent(meter: CpuMeter, cpuSeconds: number, now: number, startTime = 5): number {
  return meter.percents([{ pid: 10, startTime, cpuSeconds }], now)[0] ?? Number.NaN
}

test('a process that is seen for the first time has used nothing', () => {
  assert.equal(percent(new CpuMeter(), 100, 1_000), 0)
})

test('the share is that of one processor since the last look', () => {
  const meter = new CpuMeter()
  percent(meter, 100, 1_000)
  assert.equal(percent(meter, 100.5, 2_000), 50)
  assert.equal(percent(meter, 104.5, 4_000), 200)
  assert.equal(percent(meter, 104.5, 5_000), 0)
})

test('who asks again at once gets the last answer, and the next one counts from the look before', () => {
  const meter = new CpuMeter()
  percent(meter, 100, 1_000)
  assert.equal(percent(meter, 100.5, 2_000), 50)
  assert.equal(percent(meter, 100.51, 2_001), 50)
  assert.equal(percent(meter, 101, 3_000), 50)
})

test('a pid that means another process begins anew', () => {
  const meter = new CpuMeter()
  percent(meter, 100, 1_000)
  assert.equal(percent(meter, 101, 2_000, 6), 0)
})

test('a forgotten process begins anew', () => {
  const meter = new CpuMeter()
  percent(meter, 100, 1_000)
  meter.forget(10)
  assert.equal(percent(meter, 101, 2_000), 0)
})

test('children have shares of their own, and are forgotten when they are not there', () => {
  const meter = new CpuMeter()
  const own = { pid: 10, startTime: 5, cpuSeconds: 1 }
  const child = (cpuSeconds: number): typeof own => ({ pid: 11, startTime: 6, cpuSeconds })
  assert.deepEqual(meter.percents([own, child(1)], 0), [0, 0])
  assert.deepEqual(meter.percents([own, child(2)], 1_000), [0, 100])
  assert.deepEqual(meter.percents([own], 2_000), [0])
  assert.deepEqual(meter.percents([own, child(3)], 3_000), [0, 0])
})

test('the process of which is remembered longest is forgotten when there are too many', () => {
  const meter = new CpuMeter()
  const look = (pid: number, cpuSeconds: number, now: number): number | undefined =>
    meter.percents([{ pid, startTime: 1, cpuSeconds }], now)[0]
  look(1, 0, 0)
  look(2, 0, 0)
  look(1, 1, 1_000)
  for (let pid = 3; pid < 10_002; pid += 1) look(pid, 0, 0)
  assert.equal(look(1, 2, 2_000), 100)
  assert.equal(look(2, 2, 2_000), 0)
})
