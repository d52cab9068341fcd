import { boolean, text } from './option-types.ts'
import type { UnsupportedOption } from './unsupported-options.ts'

/** An option that Circus has and for which there is nothing to do here, in no version. */
export interface MeaninglessOption extends Pick<UnsupportedOption, 'type' | 'default'> {
  /** Why, behind "has no meaning here: "; null: nobody who sets it expects anything, so nothing is said. */
  readonly reason: string | null
}

/** By name. */
export type MeaninglessOptions = Readonly<Record<string, MeaninglessOption>>

const notRead = 'Circus does not read it either'

export const meaninglessCircusOptions: MeaninglessOptions = {
  debug_gc: { type: boolean, default: 'false', reason: "it debugs Python's garbage collector" },
  fqdn_prefix: { type: text, default: null, reason: 'neither Circus nor Bigtop shows it anywhere' },
  httpd_close_outputs: { type: boolean, default: 'false', reason: notRead },
  loggerconfig: {
    type: text,
    default: null,
    reason: "it configures Python's logging; use loglevel and logoutput",
  },
  statsd_close_outputs: { type: boolean, default: 'false', reason: notRead },
  stream_backend: { type: text, default: null, reason: notRead },
}

export const meaninglessWatcherOptions: MeaninglessOptions = {
  check_flapping: { type: boolean, default: null, reason: null },
  copy_path: { type: boolean, default: 'false', reason: "it hands on Python's module path" },
  env: { type: text, default: null, reason: `${notRead}; use a section [env:NAME]` },
  virtualenv_py_ver: { type: text, default: null, reason: null },
}
