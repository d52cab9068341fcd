import { value, type OptionType } from './option-type.ts'
import { parseSyslogAddress } from './syslog-address.ts'

/** Circus' `logoutput`: `-`, `stdout`, a file, or the address of a syslog daemon. Kept as text. */
export const logOutput: OptionType<string> = {
  mayBe: '-, stdout, a file, syslog://HOST[:PORT][?FACILITY] or syslog:///SOCKET[?FACILITY]',
  unit: null,
  isText: true,
  parse(text) {
    if (!/^syslog:/i.test(text)) return value(text)
    const parsed = parseSyslogAddress(text)
    return parsed.ok ? value(text) : parsed
  },
  toWire: (value) => value,
}
