import type { Variables } from './expand.ts'
import type { PlatformFacts } from './option-type.ts'
import type { Report } from './problem.ts'

/** What reading the options of a section needs beside its text. */
export interface Reading {
  readonly platform: PlatformFacts
  /** Unknown options are errors. */
  readonly isStrict: boolean
  /** For options that are not plain text. */
  readonly variables: Variables
  /** For plain text. */
  readonly textVariables: Variables
  readonly report: Report
}
