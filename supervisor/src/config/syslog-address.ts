import { nearestName } from './nearest-name.ts'
import { value, wrong, type Parsed } from './option-type.ts'

/** Where a syslog daemon listens, and under which facility messages are filed. */
export type SyslogAddress =
  | {
      readonly kind: 'udp'
      readonly host: string
      readonly port: number
      readonly facility: SyslogFacility
    }
  | { readonly kind: 'unix'; readonly path: string; readonly facility: SyslogFacility }

/** The port of syslog over UDP; RFC 5426. */
const SYSLOG_PORT = 514

/** Numbers of the facilities, in the high bits of a message's priority; RFC 5424, 6.2.1. */
export const SYSLOG_FACILITIES = {
  kern: 0,
  user: 1,
  mail: 2,
  daemon: 3,
  auth: 4,
  syslog: 5,
  lpr: 6,
  news: 7,
  uucp: 8,
  cron: 9,
  authpriv: 10,
  ftp: 11,
  local0: 16,
  local1: 17,
  local2: 18,
  local3: 19,
  local4: 20,
  local5: 21,
  local6: 22,
  local7: 23,
} as const

export type SyslogFacility = keyof typeof SYSLOG_FACILITIES

/**
 * Reads `syslog://HOST[:PORT][?FACILITY]` (an IPv6 address in brackets) or `syslog:///SOCKET[?FACILITY]`; the facility is `user`
 * if none is given. Circus docs: circusd, "--log-output". There an unknown facility is silently `user`.
 */
export function parseSyslogAddress(text: string): Parsed<SyslogAddress> {
  const match = /^syslog:\/\/(\[[\da-f:.]+\]|[^/?:[\]]*)(?::(\d+))?(\/[^?]+)?(?:\?(.*))?$/i.exec(
    text,
  )
  if (match === null) return wrong('is no address of a syslog daemon')
  const [, host = '', port, path, written = 'user'] = match
  const facility = facilityOf(written)
  if (facility === undefined) {
    const nearest = nearestName(written, Object.keys(SYSLOG_FACILITIES))
    return wrong('names no facility of syslog', nearest && `did you mean ${nearest}?`)
  }
  if (path !== undefined) {
    if (host !== '' || port !== undefined) return wrong('names both a host and a socket')
    return value({ kind: 'unix', path, facility })
  }
  if (host === '') return wrong('names neither a host nor a socket')
  const number = Number(port ?? SYSLOG_PORT)
  if (number < 1 || number > 65_535) return wrong('has a port that is not from 1 to 65535')
  return value({ kind: 'udp', host: host.replace(/^\[|\]$/g, ''), port: number, facility })
}

const facilityNames = Object.keys(SYSLOG_FACILITIES) as SyslogFacility[]

function facilityOf(written: string): SyslogFacility | undefined {
  const wanted = written.toLowerCase()
  return facilityNames.find((name) => name === wanted)
}
