import {
  isReached,
  type Finding,
  type Report,
  type Series,
  type Target,
  type Unit,
} from './report.ts'
import { median } from './statistics.ts'

/** All reports as one page, in the given order. */
export function resultsPage(reports: readonly Report[]): string {
  const intro = `# Results

Written by \`npm run bench\`; the JSON files beside hold every sample. Read ratios and differences: both sides were measured
in one run, in alternating rounds, on one machine, with the load generator on the same cores.
`
  return [intro, ...reports.map(reportSection)].join('\n')
}

/** One report: a heading, how it was measured, two tables. */
export function reportSection(report: Report): string {
  const { machine, title, scenario, date, rounds, findings, series, notes } = report
  const { cpu, cores, memoryGib, system, node, commit, loadBefore } = machine
  return `## ${title}

\`npm run bench -- ${scenario}\`, ${date.slice(0, 10)}, ${rounds} rounds, commit ${commit}, Node ${node}, ${system}, ${cores} x ${cpu},
${memoryGib} GiB, load before ${loadBefore}.
${notes.map((note) => `- ${note}\n`).join('')}
| finding | value | target | reached |
|---|---|---|---|
${findings.map(findingRow).join('\n')}

| measured | median | least | most | samples |
|---|---|---|---|---|
${series.map(seriesRow).join('\n')}
`
}

function findingRow(finding: Finding): string {
  const { name, value, unit, target } = finding
  const verdict = target === null ? '' : isReached(finding) ? 'yes' : '**no**'
  return `| ${name} | ${quantity(value, unit)} | ${target === null ? '' : limit(target, unit)} | ${verdict} |`
}

function seriesRow({ name, unit, samples }: Series): string {
  const values = [median(samples), Math.min(...samples), Math.max(...samples)]
  const cells = values.map((value) => quantity(value, unit)).join(' | ')
  return `| ${name} | ${cells} | ${samples.length} |`
}

function limit(target: Target, unit: Unit): string {
  return 'atLeast' in target
    ? `at least ${quantity(target.atLeast, unit)}`
    : `at most ${quantity(target.atMost, unit)}`
}

function quantity(value: number, unit: Unit): string {
  switch (unit) {
    case 'ratio':
      return value.toFixed(3)
    case 'count':
      return value.toLocaleString('en')
    case 'requests/s':
      return `${Math.round(value).toLocaleString('en')} /s`
    case 'ms':
    case 'MiB':
    case '%':
      return `${value.toFixed(value < 10 ? 2 : 1)} ${unit}`
  }
}
