import { sumOfFailures, type FailureKind } from '../load/failure.ts'
import type { Phase } from '../load/tally.ts'
import { programs, requirePrograms } from '../programs.ts'
import type { Finding, Findings, Series, Target } from '../report/report.ts'
import type { Extent, Scenario } from '../scenario.ts'
import { Scope } from '../scope.ts'
import { Circusd } from '../subjects/circusd.ts'
import { startHandReloaded } from './hand-reloaded.ts'
import type { Reloadable } from './reloadable.ts'
import { soak, type SoakReport } from './soak.ts'

/** The runner is measured without a supervisor in a tenth of the rounds, to tell whose fault a failure is. */
const ROUNDS_PER_RUNNER_ROUND = 10

/** Enough for some failures: a connection closed while its client sends. */
const CONTROL_ROUNDS = 3

/** No request may fail because workers are replaced. */
export const reloadSoak: Scenario = {
  name: 'reload-soak',
  title: 'Reloads under load',
  full: { rounds: 100, seconds: 1 },
  quick: { rounds: 3, seconds: 1 },
  run,
}

interface Soaked extends SoakReport {
  readonly name: string
  /** Of the number of failed requests. */
  readonly target: Target
}

async function run(
  { rounds, seconds }: Extent,
  progress: (line: string) => void,
): Promise<Findings> {
  requirePrograms(['runner', 'circusd', 'circusctl'])
  const soaked = async (
    name: string,
    reloads: number,
    target: Target,
    start: (scope: Scope) => Promise<Reloadable>,
  ): Promise<Soaked> => {
    progress(`${name}: ${reloads} reloads`)
    const plan = { reloads, pauseMs: seconds * 1_000 }
    const report = await Scope.run(async (scope) =>
      soak(scope, await start(scope), plan, (line) => progress(`${name}: ${line}`)),
    )
    return { name, target, ...report }
  }
  const runnerRounds = Math.ceil(rounds / ROUNDS_PER_RUNNER_ROUND)
  // Proves that this load, on this machine, sees what a careless server does to its clients.
  const control = await soaked('server.close()', CONTROL_ROUNDS, { atLeast: 1 }, (scope) =>
    startHandReloaded(scope, [programs.bareServer, programs.exampleApp, 'fd:3']),
  )
  const runner = await soaked('runner', runnerRounds, { atMost: 0 }, (scope) =>
    startHandReloaded(scope, [programs.runner, '--fd', '3', programs.exampleApp]),
  )
  const circusd = await soaked('circusd', rounds, { atMost: 0 }, startCircusd)
  return summarise(circusd, [runner, control])
}

async function startCircusd(scope: Scope): Promise<Reloadable> {
  const circusd = await Circusd.start(scope, { app: programs.exampleApp, workers: 2 })
  return {
    port: circusd.port,
    workerPids: () => circusd.workerPids(),
    reload: () => circusd.control('reload', 'web'),
  }
}

function summarise(ours: Soaked, others: readonly Soaked[]): Findings {
  const all = [ours, ...others]
  return {
    series: all.map(duration),
    findings: [
      ...findings(ours),
      ...latencies(ours, 'steady'),
      ...latencies(ours, 'reload'),
      ...others.flatMap(findings),
    ],
    notes: [
      'Clients: 50 with keep-alive, 10 with a connection per request, POST, no retries.',
      ...all.map(failuresByKind),
    ],
  }
}

function duration({ name, reloadMs }: Soaked): Series {
  return {
    name: `${name}: from the order to the end of the last old worker`,
    unit: 'ms',
    samples: reloadMs,
  }
}

function findings({ name, target, load, reloadMs }: Soaked): readonly Finding[] {
  const count = (what: string, value: number): Finding => {
    return { name: `${name}: ${what}`, unit: 'count', value, target: null }
  }
  return [
    { ...count('failed requests', sumOfFailures(load.failures)), target },
    count('requests sent', load.sent),
    count('reloads', reloadMs.length),
    count('keep-alive connections closed without a word', load.closes.unannounced),
    count('keep-alive connections closed after an announcement', load.closes.announced),
  ]
}

/** Of one phase: what a client waits for its answer. */
function latencies({ name, load }: Soaked, phase: Phase): readonly Finding[] {
  const { p50Ms, p99Ms, maxMs } = load.latency[phase]
  const latency = (what: string, value: number): Finding => {
    return { name: `${name}: latency, ${phase}, ${what}`, unit: 'ms', value, target: null }
  }
  return [latency('p50', p50Ms), latency('p99', p99Ms), latency('max', maxMs)]
}

function failuresByKind({ name, load }: Soaked): string {
  const kinds = Object.entries(load.failures) as [FailureKind, number][]
  return `Failures, ${name}: ${kinds.map(([kind, count]) => `${kind} ${count}`).join(', ')}.`
}
