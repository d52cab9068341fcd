import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  logLevel,
  parseCircusdArguments,
  USAGE,
} from '../../../supervisor/dist/cli/circusd-arguments.js'

test('every option of Circus is taken', () => {
  const options = '--daemon --log-level DEBUG --log-output x --logger-config y --pidfile z'
  const { values, positionals } = parseCircusdArguments([...options.split(' '), 'circus.ini'])
  assert.deepEqual(positionals, ['circus.ini'])
  const { daemon, pidfile, 'log-output': output } = values
  assert.deepEqual({ daemon, pidfile, output }, { daemon: true, pidfile: 'z', output: 'x' })
})

test('a level is known in any case, and no other word is one', () => {
  assert.equal(logLevel('WARNING'), 'warning')
  assert.equal(logLevel('verbose'), undefined)
})

for (const [argv, message] of [
  [['--log-level', 'verbose'], /^Cannot use --log-level verbose: it must be one of critical, /],
  [['a.ini', 'b.ini'], /^Cannot take more than one config: "b\.ini" is one too many$/],
  [['--nope'], /^Unknown option '--nope'/],
] as const) {
  test(`circusd ${argv.join(' ')} is a mistake`, () => {
    assert.throws(() => parseCircusdArguments(argv), { name: 'TypeError', message })
  })
}

test('the usage names every option', () => {
  const { values } = parseCircusdArguments([])
  for (const name of [...Object.keys(values), 'log-level', 'log-output', 'pidfile']) {
    assert.ok(USAGE.includes(`--${name}`), name)
  }
})
