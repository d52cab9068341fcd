import { boolean, text } from './option-types.ts'
import type { OptionType } from './option-type.ts'

/**
 * An option that Circus has and this version does not act on. A warning, where leaving it out does no harm; an error, where the
 * program would run at other addresses than the file says.
 */
export interface UnsupportedOption {
  readonly severity: 'error' | 'warning'
  readonly type: OptionType<string | number | boolean>
  /** The value that asks for nothing, as written in a file; null: to be given at all asks for something. */
  readonly default: string | null
}

/** By name. */
export type UnsupportedOptions = Readonly<Record<string, UnsupportedOption>>

const ignoredText: UnsupportedOption = { severity: 'warning', type: text, default: null }
const ignoredSwitch: UnsupportedOption = { severity: 'warning', type: boolean, default: 'false' }
const refusedText: UnsupportedOption = { severity: 'error', type: text, default: null }
const refusedSwitch: UnsupportedOption = { severity: 'error', type: boolean, default: 'false' }

export const unsupportedCircusOptions: UnsupportedOptions = {
  httpd: ignoredSwitch,
  httpd_host: ignoredText,
  httpd_port: ignoredText,
  multicast_endpoint: ignoredText,
  statsd: ignoredSwitch,
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
