import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commandLine } from '../../../supervisor/dist/config/command-line.js'
import { spawnVariables } from '../../../supervisor/dist/config/spawn-variables.js'
import { watcherOf } from './parse-text.ts'

function argvOf(lines: string, more = '') {
  const watcher = watcherOf(lines, more)
  const fds = Object.fromEntries(watcher.sockets.map((name, index) => [name, 3 + index]))
  const command = commandLine(watcher, spawnVariables(watcher, 2, fds))
  assert.ok(command.ok)
  return command.argv
}

const cases: [rule: string, lines: string, more: string, argv: string[]][] = [
  ['cmd is split into words', 'cmd = node "my app.js" -v', '', ['node', 'my app.js', '-v']],
  ['the words of args follow', 'cmd = foo a\nargs = --fd b', '', ['foo', 'a', '--fd', 'b']],
  ['without cmd the first word of args is the program', 'args = sleep 10', '', ['sleep', '10']],
  ['a newline separates words', 'cmd = node\n  app.js', '', ['node', 'app.js']],
  [
    'shell syntax is inert',
    'cmd = prog a; b | c && $HOME',
    '',
    ['prog', 'a;', 'b', '|', 'c', '&&', '$HOME'],
  ],
  [
    'the wid and the environment are put in',
    'cmd = make\nargs = $(circus.wid) --type $(circus.env.type)',
    '[env]\ntype = latte',
    ['make', '2', '--type', 'latte'],
  ],
  [
    'a value may hold several words',
    'cmd = x $(circus.env.FLAGS)',
    '[env]\nFLAGS = -a "b c"',
    ['x', '-a', 'b c'],
  ],
  [
    'sockets are named by their fd',
    'cmd = x $(circus.sockets.b) $(circus.sockets.A)\nuse_sockets = true',
    '[socket:a]\nport = 1\n[socket:b]\nport = 2',
    ['x', '3', '4'],
  ],
  [
    'options are known by their names',
    'cmd = x $(circus.numprocesses) $(circus.stop_signal) $(circus.graceful_timeout) $(circus.max_retry)',
    '',
    ['x', '1', '15', '30', '5'],
  ],
  [
    "yes, no and nothing have Circus' words",
    'cmd = x $(circus.respawn) $(circus.copy_env) $(circus.uid) $(circus.use_fds)',
    '',
    ['x', 'True', 'False', 'None', 'False'],
  ],
  [
    'stream settings are known',
    'cmd = x $(circus.stdout_stream_conf.filename)\nstdout_stream.filename = a.log',
    '',
    ['x', 'a.log'],
  ],
  [
    'a list is joined by commas',
    'cmd = x $(circus.use_sockets)\nuse_sockets = b, a',
    '[socket:a]\nport = 1\n[socket:b]\nport = 2',
    ['x', 'b,a'],
  ],
  [
    'a shell gets the line as it is written',
    'cmd = prog a; b | "c d" && echo $HOME > f\nargs = $0 x\nshell = true',
    '',
    ['/bin/sh', '-c', 'prog a; b | "c d" && echo $HOME > f $0 x'],
  ],
  [
    'shell_args follow the line of the shell',
    'cmd = foo\nargs = --fd\nshell = true\nshell_args = bar "b z" $(circus.wid)',
    '',
    ['/bin/sh', '-c', 'foo --fd', 'bar', 'b z', '2'],
  ],
  [
    'variables are put into a line of the shell as they are',
    'cmd = echo $(circus.env.X) $(circus.shell)\nshell = true',
    '[env]\nX = a; b',
    ['/bin/sh', '-c', 'echo a; b True'],
  ],
  ['args alone may be the line', 'args = echo "1\nshell = true', '', ['/bin/sh', '-c', 'echo "1']],
  [
    'executable is not a word of the command',
    'cmd = foo $(circus.executable)\nexecutable = /bin/bar',
    '',
    ['foo', '/bin/bar'],
  ],
  [
    'limits, users and switches are known',
    'cmd = x $(circus.rlimits.nofile) $(circus.rlimits.CORE) $(circus.uid) $(circus.umask) $(circus.max_age)\nrlimit_NoFile = 10\nrlimit_core =\nuid = www\numask = 22\nmax_age = 1.5',
    '',
    ['x', '10', 'infinity', 'www', '022', '1.5'],
  ],
  [
    'free-form options are not known',
    'cmd = x $(circus.flapping.window)\nflapping.window = 1',
    '',
    ['x', '$(circus.flapping.window)'],
  ],
]

for (const [rule, lines, more, argv] of cases) {
  test(`command line: ${rule}`, () => assert.deepEqual(argvOf(lines, more), argv))
}

const refused: [cmd: string, args: string, option: 'cmd' | 'args', wrong: string][] = [
  ['', '', 'args', 'names no program'],
  ["''", 'x', 'cmd', 'names no program'],
  ['a "b', '', 'cmd', 'has a double quote that is never closed, at "\\"b"'],
  ['a', '\\', 'args', 'ends in a lone backslash'],
]

for (const [cmd, args, option, wrong] of refused) {
  test(`command line: cmd "${cmd}" with args "${args}" is refused: ${wrong}`, () => {
    const command = commandLine({ cmd, args, shell: false, shellArgs: null }, new Map())
    assert.deepEqual(command, { ok: false, option, wrong })
  })
}

test('command line: a quote in a value is told at the spawn', () => {
  const watcher = { cmd: 'a $(circus.env.x)', args: '', shell: false, shellArgs: null }
  const command = commandLine(watcher, new Map([['env.x', "it's"]]))
  assert.equal(command.ok, false)
})

test('command line: shell_args are split into words, though the line is not', () => {
  const watcher = { cmd: 'echo "', args: '', shell: true, shellArgs: "it's" }
  assert.deepEqual(commandLine(watcher, new Map()), {
    ok: false,
    option: 'shell_args',
    wrong: 'has a single quote that is never closed, at "\'s"',
  })
})

test('command line: a shell is not started for an empty line', () => {
  const watcher = { cmd: '$(circus.env.x)', args: '', shell: true, shellArgs: null }
  const command = commandLine(watcher, new Map([['env.x', ' ']]))
  assert.deepEqual(command, { ok: false, option: 'cmd', wrong: 'names no program' })
})
