import { join } from 'node:path'
import { programs, requirePrograms } from '../programs.ts'
import { difference, ratio } from '../report/compare.ts'
import type { Finding, Findings, Series, Target, Unit } from '../report/report.ts'
import { median, percentile } from '../report/statistics.ts'
import type { Extent, Scenario } from '../scenario.ts'
import { Scope } from '../scope.ts'
import { startReadyProcess } from '../subjects/ready-process.ts'
import {
  A_WATCHER,
  isStopping,
  PROCESSES_PER_WATCHER,
  startCrowdedCircusd,
  WATCHERS,
} from './crowded-circusd.ts'
import { Dialogue, type Command } from './dialogue.ts'

/** Commands that are on their way all the time while their number per second is measured. */
const UNDER_WAY = 50

/** What an operator may wait at most while others are busy. */
const PROMPTLY: Target = { atMost: 10 }

/** Answers stay prompt, however many processes there are and whatever takes its time. */
export const control: Scenario = {
  name: 'control',
  title: 'Commands, with 1,000 processes and a stop under way',
  full: { rounds: 10, seconds: 3 },
  quick: { rounds: 1, seconds: 1 },
  run,
}

const commands = {
  list: ['list', {}],
  status: ['status', {}],
  'stats NAME': ['stats', { name: A_WATCHER }],
} as const satisfies Readonly<Record<string, Command>>

const STATS_OF_ALL: Command = ['stats', {}]

/** What the samples of all rounds are collected in, by the names of the series. */
class Collection {
  readonly #series = new Map<string, { readonly unit: Unit; readonly samples: number[] }>()

  add(name: string, unit: Unit, sample: number): void {
    const series = this.#series.get(name) ?? { unit, samples: [] }
    series.samples.push(sample)
    this.#series.set(name, series)
  }

  addTimes(name: string, times: readonly number[]): void {
    this.add(`${name}: p50`, 'ms', percentile(times, 0.5))
    this.add(`${name}: p99`, 'ms', percentile(times, 0.99))
  }

  all(): readonly Series[] {
    return Array.from(this.#series, ([name, { unit, samples }]) => ({ name, unit, samples }))
  }

  get(name: string): Series {
    const found = this.#series.get(name)
    if (found === undefined) throw new Error(`Cannot find the series ${name}`)
    return { name, ...found }
  }
}

async function run(extent: Extent, progress: (line: string) => void): Promise<Findings> {
  requirePrograms(['circusd', 'echoRouter'])
  return Scope.run(async (scope) => {
    const echoEndpoint = `ipc://${join(scope.directory, 'echo')}`
    await startReadyProcess(scope, [programs.echoRouter, echoEndpoint])
    progress('starting 1,000 processes')
    const endpoint = await startCrowdedCircusd(scope)
    using echo = new Dialogue(echoEndpoint)
    using circusd = new Dialogue(endpoint)
    using other = new Dialogue(endpoint)
    const collection = new Collection()
    for (let round = 1; round <= extent.rounds; round += 1) {
      await measure({ echo, circusd, other }, extent.seconds, collection)
      progress(`round ${round} of ${extent.rounds}`)
    }
    if (!(await isStopping(circusd))) throw new Error('Cannot use this: the stop has ended')
    return summarise(collection)
  })
}

interface Dialogues {
  readonly echo: Dialogue
  readonly circusd: Dialogue
  readonly other: Dialogue
}

async function measure(
  { echo, circusd, other }: Dialogues,
  seconds: number,
  collection: Collection,
): Promise<void> {
  collection.addTimes('echo', await echo.time(commands.list, seconds))
  for (const [name, command] of Object.entries(commands)) {
    collection.addTimes(name, await circusd.time(command, seconds))
  }
  const [whole, meanwhile] = await Promise.all([
    other.time(STATS_OF_ALL, seconds),
    circusd.time(commands.list, seconds),
  ])
  collection.addTimes('stats of all', whole)
  collection.addTimes('list meanwhile', meanwhile)
  const mixed = [commands.list, ['status', { name: A_WATCHER }]] as const
  collection.add('echo: sustained', 'requests/s', await echo.flood(mixed, UNDER_WAY, seconds))
  collection.add('circusd: sustained', 'requests/s', await circusd.flood(mixed, UNDER_WAY, seconds))
}

function summarise(collection: Collection): Findings {
  const prompt = [...Object.keys(commands), 'list meanwhile'].map((name): Finding => {
    const { samples } = collection.get(`${name}: p99`)
    return { name: `${name}: p99`, unit: 'ms', value: median(samples), target: PROMPTLY }
  })
  const sustained = collection.get('circusd: sustained')
  return {
    series: collection.all(),
    findings: [
      ...prompt,
      difference(
        'list over the echo: p50',
        collection.get('list: p50'),
        collection.get('echo: p50'),
        null,
      ),
      {
        name: 'commands sustained',
        unit: 'requests/s',
        value: median(sustained.samples),
        target: { atLeast: 2_000 },
      },
      ratio('commands sustained, of the echo', sustained, collection.get('echo: sustained'), null),
    ],
    notes: [
      `${WATCHERS} watchers of ${PROCESSES_PER_WATCHER} \`sleep\` each; NAME is one of them. One more is being stopped all the time.`,
      'Echo is a ROUTER in Node that sends back what it gets. One sample is the p50 or p99 of a round.',
      '`list meanwhile` is asked while another client asks for the stats of all, again and again.',
      `Sustained: \`list\` and \`status NAME\` in turn by one client, ${UNDER_WAY} under way.`,
    ],
  }
}
