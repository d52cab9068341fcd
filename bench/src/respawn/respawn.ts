import { setTimeout as sleep } from 'node:timers/promises'
import { children } from '../../../supervisor/dist/os/procfs.js'
import { programs, requirePrograms } from '../programs.ts'
import { difference } from '../report/compare.ts'
import type { Findings, Series } from '../report/report.ts'
import { measureInRounds } from '../rounds.ts'
import type { Extent, Scenario } from '../scenario.ts'
import { Scope } from '../scope.ts'
import { Circusd } from '../subjects/circusd.ts'
import { startReadyProcess } from '../subjects/ready-process.ts'
import { until } from '../until.ts'
import { timeToNewChild } from './new-child.ts'

/** How long a worker is left alone, in s: no supervisor may take its death for one of a crash loop. */
const MIN_LIFE_SECONDS = 2

/** A death is an event: the successor is started at once, not at the next look. */
export const respawn: Scenario = {
  name: 'respawn',
  title: 'SIGKILL of a worker to the new pid',
  full: { rounds: 40, seconds: MIN_LIFE_SECONDS },
  quick: { rounds: 3, seconds: MIN_LIFE_SECONDS },
  run,
}

const names = {
  circusd: 'circusd',
  spawnLoop: 'bare loop of spawn() on exit',
  cluster: 'node:cluster, fork() on exit',
} as const

type SubjectName = keyof typeof names

async function run(
  { rounds, seconds }: Extent,
  progress: (line: string) => void,
): Promise<Findings> {
  requirePrograms(['runner', 'circusd'])
  return Scope.run(async (scope) => {
    const parents = await startParents(scope)
    const subjects = Object.keys(parents) as SubjectName[]
    const pauseMs = (seconds * 1_000) / subjects.length
    const samples = await measureInRounds(subjects, rounds, async (name, round) => {
      await sleep(pauseMs)
      const ms = timeToNewChild(parents[name])
      progress(`round ${round + 1}, ${name}: ${ms.toFixed(2)} ms`)
      return ms
    })
    const seriesOf = (name: SubjectName): Series => {
      return { name: names[name], unit: 'ms', samples: samples.get(name) ?? [] }
    }
    return summarise(seriesOf)
  })
}

/** Each with one worker, which serves the same app in the same program where that is possible. */
async function startParents(scope: Scope): Promise<Readonly<Record<SubjectName, number>>> {
  const app = programs.hello
  const circusd = await Circusd.start(scope, { app, workers: 1 })
  const worker = [process.execPath, programs.runner, '--fd', '3', app]
  const listener = scope.listen()
  const spawnLoop = scope.spawn(process.execPath, [programs.spawnLoop, ...worker], {
    stdio: ['ignore', 'ignore', scope.stderr, listener.fd],
  }).pid
  if (spawnLoop === undefined) throw new Error('Cannot start the bare loop: it has no pid')
  await until(() => children(spawnLoop).length > 0, 'the bare loop has a child')
  const clusterArgs = [programs.clusterServer, app, String(scope.freePort()), '1']
  const cluster = await startReadyProcess(scope, clusterArgs)
  return { circusd: circusd.pid, spawnLoop, cluster: cluster.pid }
}

function summarise(seriesOf: (name: SubjectName) => Series): Findings {
  const ours = seriesOf('circusd')
  return {
    series: [ours, seriesOf('spawnLoop'), seriesOf('cluster')],
    findings: [
      difference('circusd over the bare loop', ours, seriesOf('spawnLoop'), { atMost: 5 }),
      difference('circusd over node:cluster', ours, seriesOf('cluster'), null),
    ],
    notes: ['Seen in /proc by a third process which looks without a pause.'],
  }
}
