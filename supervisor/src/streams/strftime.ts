const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const

/**
 * Formats a time as strftime(3) does in the C locale, in local time; `%f` (microseconds) is Python's. A directive which is
 * not in the table stays as it is.
 */
export function strftime(format: string, date: Date): string {
  return format.replace(/%(.)/gsu, (directive, letter: string) => {
    return DIRECTIVES.get(letter)?.(date) ?? directive
  })
}

const DIRECTIVES: ReadonlyMap<string, (date: Date) => string> = new Map([
  ['a', (date) => dayName(date).slice(0, 3)],
  ['A', dayName],
  ['b', (date) => monthName(date).slice(0, 3)],
  ['B', monthName],
  ['c', (date) => strftime('%a %b %e %H:%M:%S %Y', date)],
  ['d', (date) => padded(date.getDate())],
  ['D', (date) => strftime('%m/%d/%y', date)],
  ['e', (date) => padded(date.getDate(), 2, ' ')],
  // JavaScript knows milliseconds only.
  ['f', (date) => `${padded(date.getMilliseconds(), 3)}000`],
  ['F', (date) => strftime('%Y-%m-%d', date)],
  ['h', (date) => strftime('%b', date)],
  ['H', (date) => padded(date.getHours())],
  ['I', (date) => padded(date.getHours() % 12 || 12)],
  ['j', (date) => padded(dayOfYear(date), 3)],
  ['m', (date) => padded(date.getMonth() + 1)],
  ['M', (date) => padded(date.getMinutes())],
  ['n', () => '\n'],
  ['p', (date) => (date.getHours() < 12 ? 'AM' : 'PM')],
  ['R', (date) => strftime('%H:%M', date)],
  ['s', (date) => String(Math.floor(date.getTime() / 1000))],
  ['S', (date) => padded(date.getSeconds())],
  ['t', () => '\t'],
  ['T', (date) => strftime('%H:%M:%S', date)],
  ['u', (date) => String(date.getDay() || 7)],
  ['w', (date) => String(date.getDay())],
  ['x', (date) => strftime('%m/%d/%y', date)],
  ['X', (date) => strftime('%H:%M:%S', date)],
  ['y', (date) => padded(date.getFullYear() % 100)],
  ['Y', (date) => String(date.getFullYear())],
  ['z', offset],
  ['Z', zone],
  ['%', () => '%'],
])

function dayName(date: Date): string {
  return DAYS[date.getDay()] ?? ''
}

function monthName(date: Date): string {
  return MONTHS[date.getMonth()] ?? ''
}

function padded(value: number, length = 2, filler = '0'): string {
  return String(value).padStart(length, filler)
}

/** Counted in UTC, where every day has 24 hours. */
function dayOfYear(date: Date): number {
  const year = date.getFullYear()
  const day = Date.UTC(year, date.getMonth(), date.getDate()) - Date.UTC(year, 0, 1)
  return day / 86_400_000 + 1
}

function offset(date: Date): string {
  const minutes = -date.getTimezoneOffset()
  const size = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${padded(Math.floor(size / 60))}${padded(size % 60)}`
}

/** As English speakers of the USA shorten it: EST, UTC; zones they have no letters for read GMT+1. */
function zone(date: Date): string {
  const parts = new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' }).formatToParts(date)
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''
}
