/** Where a syslog listens, and under which facility our lines appear there. */
export interface SyslogAddress {
  readonly destination:
    | { readonly type: 'host'; readonly host: string; readonly port: number }
    | { readonly type: 'socket'; readonly path: string }
  /** RFC 3164, 4.1.1: 0..23. */
  readonly facility: number
}

export const DEFAULT_SYSLOG_PORT = 514

/**
 * Reads `syslog://host[:port][?facility]` or `syslog:///socket/path[?facility]`; an IPv6 address stands in brackets.
 * The facility is `user` if it is missing or unknown, as in Circus.
 * @returns undefined if the text names neither a host nor a socket.
 */
export function syslogAddress(text: string): SyslogAddress | undefined {
  const found = FORM.exec(text)?.groups
  if (found === undefined) return undefined
  const facility = FACILITIES[found['facility']?.toLowerCase() ?? ''] ?? USER
  const path = found['path']
  if (path !== undefined) return { destination: { type: 'socket', path }, facility }
  const host = found['inet6'] ?? found['host'] ?? ''
  const port = Number(found['port'] ?? DEFAULT_SYSLOG_PORT)
  if (host === '' || port < 1 || port > 65_535) return undefined
  return { destination: { type: 'host', host, port }, facility }
}

const FORM =
  /^syslog:\/\/(?:(?<path>\/[^?]+)|(?:\[(?<inet6>[^\]]+)\]|(?<host>[^:/?[\]]+))(?::(?<port>\d+))?\/?)(?:\?(?<facility>.*))?$/

const USER = 1

const FACILITIES: Readonly<Record<string, number>> = {
  kern: 0,
  user: USER,
  mail: 2,
  daemon: 3,
  auth: 4,
  security: 4,
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
}
