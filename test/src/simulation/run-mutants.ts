import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { coreDirectory } from './core.ts'
import { mutants, type Mutant } from './mutants.ts'

/*
 * `npm run mutants -- [--seconds S] [--only TEXT] [--write]`
 *
 * Plants one fault after the other into a copy of the compiled core and simulates each for a fixed budget of CPU time.
 * A fault is caught when an invariant breaks, or when the core does not come back. With --write the result is committed
 * as mutants.json beside this file's source.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    only: { type: 'string', default: '' },
    write: { type: 'boolean', default: false },
  },
})

interface Verdict {
  readonly mutant: string
  readonly file: string
  /** The invariant that broke; null if none did. */
  readonly caughtBy: string | null
  readonly seed: number | null
}

/** Mutants that are simulated at the same time. */
const AT_ONCE = 2
/** The share that must be caught. */
const REQUIRED = 0.95
/** A core that takes so much longer than its budget has an endless loop. */
const PATIENCE_MS = 30_000

const here = dirname(fileURLToPath(import.meta.url))
const seconds = Number(values.seconds)
const queue = mutants.filter(({ name }) => name.includes(values.only))
const verdicts = new Map<string, Verdict>()
let next = 0
await Promise.all(Array.from({ length: AT_ONCE }, work))
const results = queue.flatMap(({ name }) => verdicts.get(name) ?? [])
const caught = results.filter(({ caughtBy }) => caughtBy !== null).length
const summary = {
  date: new Date().toISOString().slice(0, 10),
  node: process.version,
  firstSeed: 1,
  stepsPerHistory: 60,
  cpuSecondsPerMutant: seconds,
  mutants: results.length,
  caught,
  results,
}
if (values.write) {
  const target = join(here, '..', '..', 'src', 'simulation', 'mutants.json')
  await writeFile(target, `${JSON.stringify(summary, null, 2)}\n`)
}
console.log(`${caught} of ${results.length} mutants caught`)
if (caught < results.length * REQUIRED) process.exitCode = 1

async function work(): Promise<void> {
  for (;;) {
    const mutant = queue[next++]
    if (mutant === undefined) return
    const verdict = await judge(mutant)
    verdicts.set(mutant.name, verdict)
    console.log(
      `${verdict.caughtBy ?? 'SURVIVED'} (${verdict.seed}): ${mutant.file}: ${mutant.name}`,
    )
  }
}

async function judge(mutant: Mutant): Promise<Verdict> {
  const directory = await mkdtemp(join(tmpdir(), 'bigtop-mutant-'))
  try {
    await cp(coreDirectory, directory, { recursive: true })
    await writeFile(join(directory, 'package.json'), '{ "type": "module" }\n')
    await plant(mutant, directory)
    return { mutant: mutant.name, file: mutant.file, ...(await simulate(directory)) }
  } finally {
    await rm(directory, { recursive: true })
  }
}

async function plant({ file, from, to, name }: Mutant, directory: string): Promise<void> {
  const path = join(directory, file)
  const text = await readFile(path, 'utf8')
  const count = text.split(from).length - 1
  if (count !== 1)
    throw new Error(`Cannot plant "${name}": its text occurs ${count} times in ${file}`)
  await writeFile(
    path,
    text.replace(from, () => to),
  )
}

function simulate(core: string): Promise<Pick<Verdict, 'caughtBy' | 'seed'>> {
  const program = join(here, 'simulate.js')
  const args = [program, '--json', '--core', core, '--seconds', String(seconds)]
  const options = { timeout: seconds * 3_000 + PATIENCE_MS, killSignal: 'SIGKILL' } as const
  return new Promise((resolve) => {
    execFile(process.execPath, args, options, (error, stdout) => {
      if (error?.killed === true) {
        resolve({ caughtBy: 'coreComesBack', seed: null })
        return
      }
      const line = stdout.trim().split('\n').at(-1) ?? ''
      const { invariant, seed } = JSON.parse(line) as { invariant: string | null; seed?: number }
      resolve({ caughtBy: invariant, seed: seed ?? null })
    })
  })
}
