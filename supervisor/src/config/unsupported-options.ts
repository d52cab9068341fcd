import { boolean, text } from './option-types.ts'
import type { OptionType } from './option-type.ts'

/**
 * An option that Circus has and this version does not act on. A warning, where leaving it out does no harm; an error, where the
 * program would run with other rights, other addresses or at other times than the file says.
 */
export interface UnsupportedOption {
  readonly severity: 'error' | 'warning'
  readonly type: OptionType<string | number | boolean>
  /** The value that asks for nothing, as written in a file; null: to be given at all asks for something. */
  readonly default: string | null
}

/** By name; a name that ends in `*` stands for all that begin with it. */
export type UnsupportedOptions = Readonly<Record<string, UnsupportedOption>>

const ignoredText: UnsupportedOption = { severity: 'warning', type: text, default: null }
const ignoredSwitch: UnsupportedOption = { severity: 'warning', type: boolean, default: 'false' }
const refusedText: UnsupportedOption = { severity: 'error', type: text, default: null }
const refusedSwitch: UnsupportedOption = { severity: 'error', type: boolean, default: 'false' }

export const unsupportedCircusOptions: UnsupportedOptions = {
  debug_gc: ignoredSwitch,
  endpoint_owner: ignoredText,
  fqdn_prefix: ignoredText,
  httpd: ignoredSwitch,
  httpd_close_outputs: ignoredSwitch,
  httpd_host: ignoredText,
  httpd_port: ignoredText,
  loggerconfig: ignoredText,
  multicast_endpoint: ignoredText,
  statsd: ignoredSwitch,
  statsd_close_outputs: ignoredSwitch,
  stream_backend: ignoredText,
}

export const unsupportedWatcherOptions: UnsupportedOptions = {
  check_flapping: ignoredText,
  copy_path: ignoredSwitch,
  env: ignoredText,
  'hooks.*': refusedText,
  'rlimit_*': ignoredText,
  virtualenv_py_ver: ignoredText,
}

export const unsupportedStreamOptions: UnsupportedOptions = {
  color: ignoredText,
  refresh_time: ignoredText,
  rotate_interval: ignoredText,
  rotate_when: ignoredText,
  utc: ignoredText,
}

export const unsupportedSocketOptions: UnsupportedOptions = {
  interface: refusedText,
  proto: ignoredText,
  so_reuseport: refusedSwitch,
}

export function findUnsupported(
  options: UnsupportedOptions,
  name: string,
): UnsupportedOption | undefined {
  if (Object.hasOwn(options, name)) return options[name]
  return Object.entries(options).find(
    ([pattern]) => pattern.endsWith('*') && name.startsWith(pattern.slice(0, -1)),
  )?.[1]
}
