import { programs, requirePrograms } from '../programs.ts'
import { difference } from '../report/compare.ts'
import type { Findings, Series, Target } from '../report/report.ts'
import { measureInRounds } from '../rounds.ts'
import type { Extent, Scenario } from '../scenario.ts'
import { Scope } from '../scope.ts'
import { Circusd } from '../subjects/circusd.ts'
import { firstAnswer } from './first-answer.ts'

/** From nothing to the first answer. */
export const coldStart: Scenario = {
  name: 'cold-start',
  title: 'Cold start to the first HTTP answer',
  full: { rounds: 20, seconds: 1 },
  quick: { rounds: 2, seconds: 1 },
  run,
}

const { hello, exampleApp } = programs

/** Each starts a server and gives its port, without waiting for it. */
const starts = {
  'bare node, hello': (scope) => startBare(scope, hello),
  'runner, hello': startRunner,
  'circusd with 2 runners, hello': (scope) => startCircusd(scope, hello),
  'bare node, example app': (scope) => startBare(scope, exampleApp),
  'circusd with 2 runners, example app': (scope) => startCircusd(scope, exampleApp),
} as const satisfies Record<string, (scope: Scope) => number>

type SubjectName = keyof typeof starts

async function run({ rounds }: Extent, progress: (line: string) => void): Promise<Findings> {
  requirePrograms(['runner', 'circusd'])
  const subjects = Object.keys(starts) as SubjectName[]
  const samples = await measureInRounds(subjects, rounds, async (name, round) => {
    const ms = await timeToFirstAnswer(starts[name])
    progress(`round ${round + 1}, ${name}: ${ms.toFixed(1)} ms`)
    return ms
  })
  const seriesOf = (name: SubjectName): Series => {
    return { name, unit: 'ms', samples: samples.get(name) ?? [] }
  }
  const over = (ours: SubjectName, baseline: SubjectName, target: Target | null) =>
    difference(`${ours}, over ${baseline}`, seriesOf(ours), seriesOf(baseline), target)
  // 200 ms in all, of which a bare node takes about 40.
  const target = { atMost: 160 }
  return {
    series: subjects.map(seriesOf),
    findings: [
      over('runner, hello', 'bare node, hello', null),
      over('circusd with 2 runners, hello', 'bare node, hello', target),
      over('circusd with 2 runners, example app', 'bare node, example app', target),
    ],
    notes: ['From spawn to the last byte of the first answer with status 200.'],
  }
}

function timeToFirstAnswer(start: (scope: Scope) => number): Promise<number> {
  return Scope.run(async (scope) => {
    const startedAt = performance.now()
    await firstAnswer(start(scope))
    return performance.now() - startedAt
  })
}

function startBare(scope: Scope, app: string): number {
  const port = scope.freePort()
  scope.spawn(process.execPath, [programs.bareServer, app, String(port)])
  return port
}

function startRunner(scope: Scope): number {
  const listener = scope.listen()
  scope.spawn(process.execPath, [programs.runner, '--fd', '3', hello], {
    stdio: ['ignore', 'ignore', scope.stderr, listener.fd],
  })
  return listener.port
}

function startCircusd(scope: Scope, app: string): number {
  return Circusd.launch(scope, { app, workers: 2 }).port
}
