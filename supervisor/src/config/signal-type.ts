import { nearestName } from './nearest-name.ts'
import { value, wrong, type OptionType } from './option-type.ts'

/** The highest signal number of Linux (SIGRTMAX). */
const HIGHEST_SIGNAL = 64

/** A signal as Circus takes it: a number, or a name with or without SIG in any case, `+N` added to it: 15, TERM, sigusr1, RTMIN+2. */
export const signal: OptionType<number> = {
  mayBe: 'a signal name or number, such as TERM, SIGUSR1, RTMIN+2 or 15',
  unit: null,
  isText: false,
  parse(text, platform) {
    if (/^\d+$/.test(text)) return signalNumber(Number(text))
    const match = /^(?:SIG)?([A-Z][A-Z0-9]*)(?:\s*\+\s*(\d+))?$/i.exec(text)
    if (match === null) return wrong('is not a signal')
    const name = `SIG${match[1]?.toUpperCase()}`
    const base = Object.hasOwn(platform.signals, name) ? platform.signals[name] : undefined
    if (base !== undefined) return signalNumber(base + Number(match[2] ?? 0))
    const nearest = nearestName(name, Object.keys(platform.signals))
    return wrong('is not a signal of this system', nearest && `did you mean ${nearest}?`)
  },
  toWire: (value) => value,
}

function signalNumber(number: number) {
  return number >= 1 && number <= HIGHEST_SIGNAL
    ? value(number)
    : wrong('is not a signal', `signals have the numbers 1 to ${HIGHEST_SIGNAL}`)
}
