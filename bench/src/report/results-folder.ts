import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { resultsPage } from './results-page.ts'
import type { Report } from './report.ts'

const folder = fileURLToPath(new URL('../../results/', import.meta.url))

/** Keeps the last run of each scenario as `results/SCENARIO.json` and writes all of them into `results/README.md`. */
export function keepReport(report: Report): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${report.scenario}.json`), `${JSON.stringify(report, null, 2)}\n`)
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'))
  const reports = files
    .toSorted()
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Report)
  writeFileSync(join(folder, 'README.md'), resultsPage(reports))
}
