import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { strftime } from '../../../supervisor/dist/streams/strftime.js'

const zone = process.env['TZ']
before(() => {
  process.env['TZ'] = 'America/New_York'
})
after(() => {
  if (zone === undefined) delete process.env['TZ']
  else process.env['TZ'] = zone
})

/** 2026-03-05 is a Thursday; New York is 5 hours behind UTC in winter and 4 in summer. */
const WINTER_MORNING = Date.UTC(2026, 2, 5, 12, 8, 9, 42)
const SUMMER_NIGHT = Date.UTC(2026, 6, 13, 4, 30, 0, 0)
const NEW_YEARS_EVE = Date.UTC(2028, 11, 31, 22, 59, 59, 999)

for (const [time, format, expected] of [
  [WINTER_MORNING, '%Y-%m-%d %H:%M:%S', '2026-03-05 07:08:09'],
  [WINTER_MORNING, '%F %T', '2026-03-05 07:08:09'],
  [WINTER_MORNING, '%f', '042000'],
  [WINTER_MORNING, '%y %j', '26 064'],
  [WINTER_MORNING, '%b %B %h', 'Mar March Mar'],
  [WINTER_MORNING, '%a %A', 'Thu Thursday'],
  [WINTER_MORNING, '%u %w', '4 4'],
  [WINTER_MORNING, '%I:%M %p', '07:08 AM'],
  [WINTER_MORNING, '%e|%D|%R', ' 5|03/05/26|07:08'],
  [WINTER_MORNING, '%c', 'Thu Mar  5 07:08:09 2026'],
  [WINTER_MORNING, '%x %X', '03/05/26 07:08:09'],
  [WINTER_MORNING, '%z %Z', '-0500 EST'],
  [WINTER_MORNING, '%s', '1772712489'],
  [WINTER_MORNING, '%n%t', '\n\t'],
  [SUMMER_NIGHT, '%z %Z', '-0400 EDT'],
  [SUMMER_NIGHT, '%I %p %H', '12 AM 00'],
  [NEW_YEARS_EVE, '%j %I %p %u %w', '366 05 PM 7 0'],
  [WINTER_MORNING, '100%%', '100%'],
  [WINTER_MORNING, '%%Y', '%Y'],
  [WINTER_MORNING, '%Q %é 5%', '%Q %é 5%'],
  [WINTER_MORNING, '', ''],
] as const) {
  test(`"${format.replaceAll('\n', ' ')}" is ${JSON.stringify(expected)}`, () => {
    assert.equal(strftime(format, new Date(time)), expected)
  })
}

test('an offset of half an hour is told in minutes', () => {
  process.env['TZ'] = 'Asia/Kolkata'
  assert.equal(strftime('%z', new Date(WINTER_MORNING)), '+0530')
  process.env['TZ'] = 'America/New_York'
})
