import assert from 'node:assert/strict'
import { test } from 'node:test'
import { problemsOf } from './parse-text.ts'

/** What people write, and every word they are told. */
const mistakes: [mistake: string, text: string, problems: string[]][] = [
  [
    'a misspelt option',
    '[watcher:web]\ncmd = x\nnumproceses = 2',
    ['a.ini:3: warning: numproceses: is no option of [watcher:NAME]; did you mean numprocesses?'],
  ],
  [
    'an option in other letters',
    '[watcher:web]\ncmd = x\nNumProcesses = 2',
    ['a.ini:3: warning: NumProcesses: is no option of [watcher:NAME]; did you mean numprocesses?'],
  ],
  [
    'an option of another kind of section',
    '[watcher:web]\ncmd = x\nport = 80',
    ['a.ini:3: warning: port: is no option of [watcher:NAME]; it belongs into [socket:NAME]'],
  ],
  [
    'an option like no other',
    '[socket:web]\nport = 80\nfavourite_colour = blue',
    ['a.ini:3: warning: favourite_colour: is no option of [socket:NAME]; it has no effect'],
  ],
  [
    'a misspelt stream',
    '[watcher:web]\ncmd = x\nstdout_steam.filename = a',
    [
      'a.ini:3: warning: stdout_steam.filename: is no option of [watcher:NAME]; did you mean stdout_stream.filename?',
    ],
  ],
  [
    'a misspelt setting of a stream',
    '[watcher:web]\ncmd = x\nstdout_stream.filename = a\nstdout_stream.max_byte = 1',
    [
      'a.ini:4: warning: stdout_stream.max_byte: is no option of [watcher:NAME]; did you mean stdout_stream.max_bytes?',
    ],
  ],
  [
    'a misspelt default',
    '[DEFAULT]\nnumproceses = 2\nzzz = 1\n[watcher:web]\ncmd = x',
    [
      'a.ini:2: warning: numproceses: is no option of any kind of section; did you mean numprocesses?',
      'a.ini:3: warning: zzz: is no option of any kind of section; it has no effect',
    ],
  ],
  [
    'a misspelt section',
    '[wacher:web]\ncmd = x\n[Circus]\ndebug = 1\n[watcher]\ncmd = y\n[logging]\na = 1',
    [
      'a.ini:1: warning: [wacher:web]: is no known section; did you mean [watcher:web]?',
      'a.ini:3: warning: [Circus]: is no known section; did you mean [circus]?',
      'a.ini:5: warning: [watcher]: is no known section; did you mean [watcher:NAME]?',
      'a.ini:7: warning: [logging]: is no known section; it has no effect',
    ],
  ],
  [
    'an indented option',
    '[watcher:web]\ncmd = x\n  numprocesses = 2',
    [
      'a.ini:3: warning: this line continues cmd of line 2; remove the indent if it is the option numprocesses',
    ],
  ],
  [
    'an indented comment and an indented section',
    '[watcher:web]\ncmd = x\n  # note\n  [socket:a]',
    [
      'a.ini:3: warning: this line continues cmd of line 2; remove the indent if it is a comment',
      'a.ini:4: warning: this line continues cmd of line 2; remove the indent if it is a section',
    ],
  ],
  [
    'an option given twice',
    '[watcher:web]\ncmd = x\npriority = 1\npriority = 2',
    [
      'a.ini:4: warning: priority: is already set in line 3, and the first value counts; remove one of the two',
    ],
  ],
  [
    'a word for a number',
    '[watcher:web]\ncmd = x\nnumprocesses = two',
    [
      'a.ini:3: numprocesses: "two" is not a whole number; it may be a whole number from 0 to 32768',
    ],
  ],
  [
    'no number at all',
    '[watcher:web]\ncmd = x\nnumprocesses =',
    [
      'a.ini:3: numprocesses: an empty value is not a whole number; it may be a whole number from 0 to 32768',
    ],
  ],
  [
    'a comment that is none',
    '[watcher:web]\ncmd = x\nnumprocesses = 2 # two',
    [
      'a.ini:3: numprocesses: "2 # two" is not a whole number; it may be a whole number from 0 to 32768',
    ],
  ],
  [
    'a unit',
    '[watcher:web]\ncmd = x\ngraceful_timeout = 30s',
    [
      'a.ini:3: graceful_timeout: "30s" has a unit; it is always in seconds: write the number alone',
    ],
  ],
  [
    'a time too long for a timer',
    '[watcher:web]\ncmd = x\ngraceful_timeout = 9999999',
    [
      'a.ini:3: graceful_timeout: "9999999" is too large; it may be a number of seconds from 0 to 2147483, such as 30 or 0.5',
    ],
  ],
  [
    'neither yes nor no',
    '[watcher:web]\ncmd = x\nautostart = never',
    [
      'a.ini:3: autostart: "never" is not a yes or no; it may be true or false (also yes, on, 1, no, off, 0)',
    ],
  ],
  [
    'a misspelt signal',
    '[watcher:web]\ncmd = x\nstop_signal = SIGTREM',
    ['a.ini:3: stop_signal: "SIGTREM" is not a signal of this system; did you mean SIGTERM?'],
  ],
  [
    'a decimal umask',
    '[socket:web]\npath = /run/s\numask = 18',
    [
      'a.ini:3: umask: "18" is not an octal number; it may be an octal number from 000 to 777, such as 022',
    ],
  ],
  [
    'a misspelt word',
    '[circus]\nloglevel = warnning',
    ['a.ini:2: loglevel: "warnning" is not known; did you mean warning?'],
  ],
  [
    'an address without its protocol',
    '[circus]\nendpoint = 127.0.0.1:5555',
    [
      'a.ini:2: endpoint: "127.0.0.1:5555" is not an address; it may be tcp://HOST:PORT or ipc://PATH',
    ],
  ],
  [
    'a datagram socket',
    '[socket:web]\nport = 1\ntype = SOCK_DGRAM',
    ['a.ini:3: type: "SOCK_DGRAM" is not known; it may be SOCK_STREAM'],
  ],
  [
    'a port in the host',
    '[socket:web]\nhost = 127.0.0.1:80',
    [
      'a.ini:2: host: "127.0.0.1:80" holds a colon; write the port as port = N, an IPv6 address with family = AF_INET6',
    ],
  ],
  [
    'a unix socket without a file',
    '[socket:web]\nfamily = AF_UNIX',
    ['a.ini:2: family: AF_UNIX needs a path; add path = FILE'],
  ],
  [
    'a path too long for a unix socket',
    `[socket:web]\npath = /${'long/'.repeat(30)}s`,
    [
      `a.ini:2: path: "/${'long/'.repeat(11)}long..." is too long for a unix socket; it may have 107 bytes`,
    ],
  ],
  [
    'a socket name that cannot be handed on',
    '[socket:a:b]\nport = 1',
    [
      'a.ini:1: [socket:a:b]: a socket name may have letters, digits and signs, but no colon and no blank',
    ],
  ],
  [
    'two sockets at one address',
    '[socket:a]\nport = 80\n[socket:b]\nport = 80\n[socket:c]\npath = /s\n[socket:d]\npath = /s',
    [
      'a.ini:3: [socket:b]: localhost:80 is already bound by [socket:a] at a.ini:1; change one of the two',
      'a.ini:7: [socket:d]: /s is already bound by [socket:c] at a.ini:5; change one of the two',
    ],
  ],
  [
    'two watchers or sockets of one name',
    '[watcher:web]\ncmd = x\n[watcher:Web]\ncmd = y\n[socket:s]\nport = 1\n[socket:S]\nport = 2',
    [
      'a.ini:3: [watcher:Web]: its name is that of [watcher:web] at a.ini:1; rename one of the two',
      'a.ini:7: [socket:s]: its name is that of [socket:s] at a.ini:5; rename one of the two',
    ],
  ],
  [
    'no command',
    '[watcher:web]\nnumprocesses = 2',
    ['a.ini:1: [watcher:web]: has no command; add cmd = PROGRAM'],
  ],
  ['no name', '[watcher:]\ncmd = x', ['a.ini:1: [watcher:]: needs a name behind the colon']],
  [
    'an unclosed quote',
    '[watcher:web]\ncmd = node "app.js\nargs = x',
    ['a.ini:2: cmd: "node \\"app.js" has a double quote that is never closed, at "\\"app.js"'],
  ],
  ['an empty program', `[watcher:web]\ncmd = '' x`, [`a.ini:2: cmd: "'' x" names no program`]],
  [
    'the old way to name a slot',
    '[watcher:web]\ncmd = x $WID',
    ['a.ini:2: warning: cmd: $WID is not replaced; write $(circus.wid)'],
  ],
  [
    'a misspelt variable in a command',
    '[watcher:web]\ncmd = x $(circus.widd) $(circus.env.NOPE)',
    [
      'a.ini:2: warning: cmd: $(circus.widd) names nothing and stays as it is; did you mean $(circus.wid)?',
      'a.ini:2: warning: cmd: $(circus.env.NOPE) names nothing and stays as it is',
    ],
  ],
  [
    'a variable of the spawn where files are read',
    '[watcher:web]\ncmd = x\nworking_dir = /w/$(circus.wid)',
    ['a.ini:3: warning: working_dir: $(circus.wid) names nothing and stays as it is'],
  ],
  [
    'too many of a singleton',
    '[watcher:web]\ncmd = x\nsingleton = true\nnumprocesses = 2',
    ['a.ini:4: numprocesses: 2 is too many for a singleton; it may be 0 or 1'],
  ],
  [
    'waiting for a listener without a socket',
    '[watcher:web]\ncmd = x\nready = listen',
    [
      'a.ini:3: ready: listen watches inherited sockets, and this watcher has none; add use_sockets = true',
    ],
  ],
  [
    'a stream without its setting',
    '[watcher:web]\ncmd = x\nstdout_stream = a.log',
    [
      'a.ini:3: stdout_stream: needs the name of a setting behind it, such as stdout_stream.filename',
    ],
  ],
  [
    'a stream with neither class nor file',
    '[watcher:web]\ncmd = x\nstdout_stream.max_bytes = 1',
    [
      'a.ini:3: stdout_stream.max_bytes: is not enough for a stream; add stdout_stream.class or stdout_stream.filename',
    ],
  ],
  [
    "a stream class of one's own",
    '[watcher:web]\ncmd = x\nstderr_stream.class = my.Stream',
    [
      'a.ini:3: stderr_stream.class: "my.Stream" is not known; it may be FileStream or StdoutStream',
    ],
  ],
  [
    'a section without options',
    '[watcher:web]\n[socket:web]',
    [
      'a.ini:1: warning: [watcher:web]: has no options and is left out',
      'a.ini:2: warning: [socket:web]: has no options and is left out',
    ],
  ],
  [
    'options of Circus which would change what runs and how',
    '[watcher:web]\ncmd = x\nshell = true\nuid = www\ngid = www\non_demand = yes\nstdin_socket = a\nhooks.before_start = m.f\n[socket:a]\nport = 0\nso_reuseport = true\ninterface = eth0',
    [
      'a.ini:3: shell: "true" is not supported by this version; remove the option',
      'a.ini:4: uid: "www" is not supported by this version; remove the option',
      'a.ini:5: gid: "www" is not supported by this version; remove the option',
      'a.ini:6: on_demand: "yes" is not supported by this version; remove the option',
      'a.ini:7: stdin_socket: "a" is not supported by this version; remove the option',
      'a.ini:8: hooks.before_start: "m.f" is not supported by this version; remove the option',
      'a.ini:11: so_reuseport: "true" is not supported by this version; remove the option',
      'a.ini:12: interface: "eth0" is not supported by this version; remove the option',
    ],
  ],
  [
    'options of Circus which do no harm',
    '[circus]\nstatsd = true\nhttpd = 1\n[watcher:web]\ncmd = x\nmax_age = 60\nrlimit_nofile = 4096\nrlimit_core =\nexecutable = x\nvirtualenv = /v\n[plugin:flapping]\nuse = a.B',
    [
      'a.ini:2: warning: statsd: is accepted but not acted on by this version',
      'a.ini:3: warning: httpd: is accepted but not acted on by this version',
      'a.ini:6: warning: max_age: is accepted but not acted on by this version',
      'a.ini:7: warning: rlimit_nofile: is accepted but not acted on by this version',
      'a.ini:8: warning: rlimit_core: is accepted but not acted on by this version',
      'a.ini:9: warning: executable: is accepted but not acted on by this version',
      'a.ini:10: warning: virtualenv: is accepted but not acted on by this version',
      'a.ini:11: warning: [plugin:flapping]: plugins are accepted but not started by this version',
    ],
  ],
  [
    'a bad value of an option this version does not act on',
    '[watcher:web]\ncmd = x\nshell = bash',
    [
      'a.ini:3: shell: "bash" is not a yes or no; it may be true or false (also yes, on, 1, no, off, 0)',
    ],
  ],
]

for (const [mistake, text, problems] of mistakes) {
  test(`mistake: ${mistake}`, () => assert.deepEqual(problemsOf(text), problems))
}
