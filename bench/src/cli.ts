/** `npm run bench -- [SCENARIO...] [--quick] [--rounds N] [--seconds N]`; without a scenario: all. */
import { parseArgs } from 'node:util'
import { circusctl } from './circusctl/circusctl.ts'
import { coldStart } from './cold-start/cold-start.ts'
import { control } from './control/control.ts'
import { idle } from './idle/idle.ts'
import { many } from './many/many.ts'
import { describeMachine } from './report/machine.ts'
import { reportSection } from './report/results-page.ts'
import { isReached, type Report } from './report/report.ts'
import { reloadSoak } from './reload-soak/reload-soak.ts'
import { keepReport } from './report/results-folder.ts'
import { respawn } from './respawn/respawn.ts'
import type { Extent, Scenario } from './scenario.ts'
import { throughput } from './throughput/throughput.ts'

const EXIT_TARGET_MISSED = 1
const EXIT_USAGE = 2
const EXIT_INTERRUPTED = 130

const scenarios: readonly Scenario[] = [
  throughput,
  reloadSoak,
  respawn,
  coldStart,
  circusctl,
  control,
  idle,
  many,
]

interface Arguments {
  readonly scenarios: readonly Scenario[]
  readonly isQuick: boolean
  readonly given: Partial<Extent>
}

/** Exit codes: 0 all targets reached, 1 one missed or not measurable, 2 wrong arguments. */
async function main(): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // Whatever was started ends with our exit: see Scope.
    process.once(signal, () => process.exit(EXIT_INTERRUPTED))
  }
  const args = readArguments(process.argv.slice(2))
  for (const scenario of args.scenarios) {
    try {
      const report = await runScenario(scenario, args)
      console.log(reportSection(report))
      if (!args.isQuick) keepReport(report)
      if (!report.findings.every(isReached)) process.exitCode = EXIT_TARGET_MISSED
    } catch (error) {
      console.error(`${scenario.name}: not measured:`, error)
      process.exitCode = EXIT_TARGET_MISSED
    }
  }
}

async function runScenario(scenario: Scenario, { isQuick, given }: Arguments): Promise<Report> {
  const { name, title } = scenario
  const extent = { ...(isQuick ? scenario.quick : scenario.full), ...given }
  const before = {
    scenario: name,
    title,
    date: new Date().toISOString(),
    machine: describeMachine(),
  }
  const findings = await scenario.run(extent, (line) => console.error(`${name}: ${line}`))
  return { ...before, ...extent, ...findings }
}

/** Ends the process where they are wrong. */
function readArguments(args: readonly string[]): Arguments {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        quick: { type: 'boolean', default: false },
        rounds: { type: 'string' },
        seconds: { type: 'string' },
      },
    })
    return {
      scenarios: positionals.length === 0 ? scenarios : positionals.map(scenarioNamed),
      isQuick: values.quick,
      given: {
        ...(values.rounds !== undefined && { rounds: positive('rounds', values.rounds) }),
        ...(values.seconds !== undefined && { seconds: positive('seconds', values.seconds) }),
      },
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    console.error(`Usage: npm run bench -- [${scenarios.map(({ name }) => name).join(' | ')}]`)
    console.error('       [--quick] [--rounds N] [--seconds N]')
    process.exit(EXIT_USAGE)
  }
}

function scenarioNamed(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name)
  if (found === undefined) throw new TypeError(`Cannot run scenario "${name}": there is none`)
  return found
}

function positive(option: string, text: string): number {
  const value = Number(text)
  if (!(Number.isInteger(value) && value > 0)) {
    throw new RangeError(`Cannot use --${option}: it is no positive integer: ${text}`)
  }
  return value
}

await main()
