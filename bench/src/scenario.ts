import type { Findings } from './report/report.ts'

/** How much is measured. */
export interface Extent {
  /** How often each subject is measured. */
  readonly rounds: number
  /** How long one measurement lasts, in s, where it is not given by what is measured. */
  readonly seconds: number
}

/** Something to measure, always beside a baseline in the same run. */
export interface Scenario {
  /** Its word on the command line and the name of its file of results. */
  readonly name: string
  readonly title: string
  /** For a result which is worth keeping. */
  readonly full: Extent
  /** To see whether it works. */
  readonly quick: Extent
  /** @param progress Takes a line for whoever waits. @throws {Error} If something could not be measured. */
  run(extent: Extent, progress: (line: string) => void): Promise<Findings>
}
