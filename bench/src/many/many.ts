import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { children } from '../../../supervisor/dist/os/procfs.js'
import { cpuSeconds, residentMib } from '../process-usage.ts'
import { programs, requirePrograms } from '../programs.ts'
import { ratio } from '../report/compare.ts'
import type { Finding, Findings, Series, Target, Unit } from '../report/report.ts'
import { median } from '../report/statistics.ts'
import { measureInRounds } from '../rounds.ts'
import type { Extent, Scenario } from '../scenario.ts'
import { Scope } from '../scope.ts'
import { until } from '../until.ts'

const PROCESSES = 1_000

/** Longest wait for all of them, in ms. */
const PATIENCE_MS = 60_000

/** Time after which what was put off at the start is done, in ms: V8 collects the garbage of the start within half a minute. */
const SETTLE_MS = 40_000

/** Between two looks, in ms: each look at a thousand children takes its part of the machine. */
const LOOK_MS = 20

/** A thousand quiet processes of one watcher, beside a loop that only spawns them. */
export const many: Scenario = {
  name: 'many',
  title: '1,000 sleep processes',
  full: { rounds: 3, seconds: 15 },
  quick: { rounds: 1, seconds: 5 },
  run,
}

type SubjectName = 'circusd' | 'spawn loop'

interface Sample {
  readonly upMs: number
  readonly rssMib: number
  readonly cpuPercent: number
  readonly stopMs: number
}

async function run(
  { rounds, seconds }: Extent,
  progress: (line: string) => void,
): Promise<Findings> {
  requirePrograms(['circusd', 'spawnMany'])
  const subjects: readonly SubjectName[] = ['circusd', 'spawn loop']
  const samples = await measureInRounds(subjects, rounds, async (name, round) => {
    const sample = await Scope.run((scope) => measure(scope, name, seconds))
    progress(`round ${round + 1}, ${name}: ${JSON.stringify(sample)}`)
    return sample
  })
  const series = (name: SubjectName, what: string, field: keyof Sample, unit: Unit): Series => {
    return {
      name: `${name}: ${what}`,
      unit,
      samples: (samples.get(name) ?? []).map((one) => one[field]),
    }
  }
  const up = series('circusd', 'all up', 'upMs', 'ms')
  const bareUp = series('spawn loop', 'all up', 'upMs', 'ms')
  const rss = series('circusd', 'resident memory', 'rssMib', 'MiB')
  const bareRss = series('spawn loop', 'resident memory', 'rssMib', 'MiB')
  const cpu = series('circusd', `CPU over ${seconds} s`, 'cpuPercent', '%')
  const stop = series('circusd', 'all stopped, and circusd gone', 'stopMs', 'ms')
  return {
    series: [up, bareUp, rss, bareRss, cpu, stop],
    findings: [
      ratio('circusd / spawn loop, all up', up, bareUp, { atMost: 1.5 }),
      middle('memory of circusd', rss, { atMost: 100 }),
      middle('CPU of circusd at rest', cpu, { atMost: 0.2 }),
      middle('stop of all', stop, { atMost: 1_000 }),
    ],
    notes: ['Times begin with the start of the program and so hold that of Node.'],
  }
}

function middle(name: string, { samples, unit }: Series, target: Target): Finding {
  return { name, unit, value: median(samples), target }
}

async function measure(scope: Scope, name: SubjectName, seconds: number): Promise<Sample> {
  const args = name === 'circusd' ? circusdArguments(scope) : [programs.spawnMany, `${PROCESSES}`]
  const startedAt = performance.now()
  const child = scope.spawn(process.execPath, args)
  const pid = child.pid ?? 0
  const areUp = async (): Promise<boolean> => {
    await sleep(LOOK_MS)
    return children(pid).length >= PROCESSES
  }
  await until(areUp, `${name} has ${PROCESSES} children`, PATIENCE_MS)
  const upMs = performance.now() - startedAt
  await sleep(SETTLE_MS)
  const before = cpuSeconds(pid)
  await sleep(seconds * 1_000)
  const cpuPercent = ((cpuSeconds(pid) - before) / seconds) * 100
  return { upMs, rssMib: residentMib(pid), cpuPercent, stopMs: await stop(child) }
}

/** Time from SIGTERM to the end of the program. */
async function stop(child: ChildProcess): Promise<number> {
  const askedAt = performance.now()
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
  return performance.now() - askedAt
}

function circusdArguments({ directory, mark }: Scope): readonly string[] {
  const file = join(directory, 'circus.ini')
  writeFileSync(
    file,
    `[circus]
endpoint = ipc://${join(directory, 'control')}
pubsub_endpoint = ipc://${join(directory, 'events')}

[env]
${mark.name} = ${mark.value}

[watcher:many]
cmd = /bin/sleep 1000
numprocesses = ${PROCESSES}
`,
  )
  return [programs.circusd, file]
}
