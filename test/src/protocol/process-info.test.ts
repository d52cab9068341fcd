import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  cpuTime,
  humanBytes,
  processInfo,
  type ProcessSample,
} from '../../../supervisor/dist/protocol/process-info.js'

const sizes: readonly [bytes: number, shown: string][] = [
  [0, '0B'],
  [512, '512B'],
  [1_023, '1023B'],
  [1_024, '1.00K'],
  [11_083_448, '10.57M'],
  [128_566_067, '122.61M'],
  [1_024 ** 3, '1.00G'],
  [1.5 * 1_024 ** 4, '1.50T'],
  [1_024 ** 5, '1.00P'],
  [8 * 1_024 ** 6, '8.00E'],
]

for (const [bytes, shown] of sizes) {
  test(`${bytes} bytes are ${shown}`, () => assert.equal(humanBytes(bytes), shown))
}

/** The fraction is cut from the number of microseconds, without the zeros before it: so does Circus. */
const times: readonly [seconds: number, shown: string][] = [
  [0, '0:00.0'],
  [0.02, '0:00.20'],
  [0.2, '0:00.20'],
  [0.005, '0:00.50'],
  [6.9, '0:06.90'],
  [59.99, '0:59.99'],
  [61.5, '1:01.50'],
  [3_599, '59:59.0'],
  [3_600, '0:00.0'],
  [90_061.25, '1:01.25'],
]

for (const [seconds, shown] of times) {
  test(`${seconds} s of CPU time are ${shown}`, () => assert.equal(cpuTime(seconds), shown))
}

const sample: ProcessSample = {
  pid: 20_041,
  isZombie: false,
  residentBytes: 11_083_448,
  virtualBytes: 15_950_000,
  cpuPercent: 12.34,
  cpuSeconds: 0.02,
  username: 'root',
  nice: 0,
  createdAt: 1_795_225_244.711_9,
  command: '/usr/bin/python3',
}
const AT = { time: 1_795_225_245.75, totalBytes: 25_000_000_000 }

const info = {
  mem_info1: '10.57M',
  mem_info2: '15.21M',
  cpu: 12.3,
  mem: 0.044,
  ctime: '0:00.20',
  pid: 20_041,
  username: 'root',
  nice: 0,
  create_time: 1_795_225_244.71,
  age: AT.time - 1_795_225_244.711_9,
  cmdline: 'python3',
  children: [],
}

test('a process has the fields of Circus', () => {
  assert.deepEqual(processInfo(sample, AT), info)
})

test('children are shown in the same way', () => {
  assert.deepEqual(processInfo(sample, AT, [processInfo(sample, AT)]), {
    ...info,
    children: [info],
  })
})

test('what the system does not tell is N/A', () => {
  const unknown: ProcessSample = {
    pid: 7,
    isZombie: false,
    residentBytes: null,
    virtualBytes: null,
    cpuPercent: null,
    cpuSeconds: null,
    username: null,
    nice: null,
    createdAt: null,
    command: null,
  }
  const { pid, children, ...fields } = processInfo(unknown, AT)
  assert.equal(pid, 7)
  assert.deepEqual(children, [])
  assert.deepEqual([...new Set(Object.values(fields))], ['N/A'])
})

test('a zombie is one in the place of its niceness', () => {
  assert.equal(processInfo({ ...sample, isZombie: true }, AT).nice, 'Zombie')
})

test('a process is not younger than nothing when the wall clock was set back', () => {
  assert.equal(processInfo(sample, { ...AT, time: 5 }).age, 0)
})

const commands: readonly [command: string, shown: string][] = [
  ['sleep', 'sleep'],
  ['/usr/bin/python3', 'python3'],
  ['nginx: master process /usr/sbin/nginx', 'nginx:'],
  ["/opt/it's", "it's"],
  [' ', 'N/A'],
]

for (const [command, shown] of commands) {
  test(`a process with the first argument ${JSON.stringify(command)} is shown as ${shown}`, () => {
    assert.equal(processInfo({ ...sample, command }, AT).cmdline, shown)
  })
}
