import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCommandLine } from '../../../runner/dist/command-line.js'
import { splitTarget } from '../../../runner/dist/target.js'

const parsed = (...argv: string[]) => {
  const commandLine = parseCommandLine(argv)
  assert(commandLine.type === 'serve')
  return commandLine.options
}

test('the defaults are those of the manual', () => {
  assert.deepEqual(parsed('--fd', '3', 'app.js'), {
    app: 'app.js',
    attr: undefined,
    appArguments: [],
    fd: 3,
    backlog: undefined,
    chdir: undefined,
    interface: 'auto',
    loadTimeoutMs: 60_000,
    drainTimeoutMs: 30_000,
    freshGraceMs: 2000,
    idleGraceMs: undefined,
    fastTimeoutMs: 2000,
    keepAliveTimeoutMs: undefined,
    orphan: 'drain',
  })
})

test('times are seconds, with or without a fraction', () => {
  const options = parsed('--fd=3', '--drain-timeout=0.25', '--idle-grace=65', 'app.js')
  assert.equal(options.drainTimeoutMs, 250)
  assert.equal(options.idleGraceMs, 65_000)
})

test('--graceful-timeout is another name of --drain-timeout', () => {
  assert.equal(parsed('--fd=3', '--graceful-timeout=5', 'app.js').drainTimeoutMs, 5000)
})

test('arguments behind -- belong to the application, whatever they look like', () => {
  const options = parsed('--fd', '3', 'app.js', '--', '--help', '--', '--fd')
  assert.deepEqual(options.appArguments, ['--help', '--', '--fd'])
})

for (const [argv, message] of [
  [['--fd', '3'], 'Cannot serve: no application is named'],
  [['app.js'], 'Cannot serve: no --fd is given'],
  [['--fd', '3', '--color', 'app.js'], "Cannot read the command line: Unknown option '--color'"],
  [['--fd', 'web', 'app.js'], 'Cannot read --fd as a whole number: it is "web"'],
  [
    ['--fd', '3', '--fresh-grace', '1e9', 'app.js'],
    /Cannot read --fresh-grace as a number of seconds/,
  ],
  [['--fd', '3', '--drain-timeout', '9999999', 'app.js'], /at most 2147483/],
  [
    ['--fd', '3', '--orphan', 'die', 'app.js'],
    'Cannot read --orphan as drain or stay: it is "die"',
  ],
  [['--fd', '3', 'app.js', 'more'], /Cannot use the argument "more"/],
] as const) {
  test(`"${argv.join(' ')}" is refused in one sentence`, () => {
    assert.throws(() => parseCommandLine(argv), { name: 'UsageError', exitCode: 2, message })
  })
}

for (const [text, app, attr] of [
  ['app.js', 'app.js', undefined],
  ['app.js:api', 'app.js', 'api'],
  ['dist/server.mjs:api.handler', 'dist/server.mjs', 'api.handler'],
  ['my-package', 'my-package', undefined],
  ['@scope/name/server:app', '@scope/name/server', 'app'],
  ['file:///srv/app.js', 'file:///srv/app.js', undefined],
  ['file:///srv/app.js:app', 'file:///srv/app.js', 'app'],
  ['odd:name.js/app.js', 'odd:name.js/app.js', undefined],
] as const) {
  test(`"${text}" names ${app} and ${attr ?? 'no export'}`, () => {
    assert.deepEqual(splitTarget(text), { app, attr })
  })
}
