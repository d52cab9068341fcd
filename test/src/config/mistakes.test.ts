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
    '[socket:a]\nport = 0\nso_reuseport = true\ninterface = eth0',
    [
      'a.ini:3: so_reuseport: "true" is not supported by this version; remove the option',
      'a.ini:4: interface: "eth0" is not supported by this version; remove the option',
    ],
  ],
  [
    'options of Circus which do no harm',
    '[circus]\nstatsd = true\nhttpd = 1\n[plugin:flapping]\nuse = a.B',
    [
      'a.ini:2: warning: statsd: is accepted but not acted on by this version',
      'a.ini:3: warning: httpd: is accepted but not acted on by this version',
      'a.ini:4: warning: [plugin:flapping]: plugins are accepted but not started by this version',
    ],
  ],
  [
    'a bad value of an option this version does not act on',
    '[circus]\nhttpd = bash',
    [
      'a.ini:2: httpd: "bash" is not a yes or no; it may be true or false (also yes, on, 1, no, off, 0)',
    ],
  ],
  [
    'options of Circus which have no meaning here',
    '[circus]\ndebug_gc = yes\nfqdn_prefix = a\nhttpd_close_outputs = 1\nloggerconfig = log.yaml\nstatsd_close_outputs = 1\nstream_backend = gevent\n' +
      '[watcher:web]\ncmd = x\ncopy_path = true\nenv = a\nvirtualenv_py_ver = 3.9\ncheck_flapping = no',
    [
      "a.ini:2: warning: debug_gc: has no meaning here: it debugs Python's garbage collector",
      'a.ini:3: warning: fqdn_prefix: has no meaning here: neither Circus nor Bigtop shows it anywhere',
      'a.ini:4: warning: httpd_close_outputs: has no meaning here: Circus does not read it either',
      "a.ini:5: warning: loggerconfig: has no meaning here: it configures Python's logging; use loglevel and logoutput",
      'a.ini:6: warning: statsd_close_outputs: has no meaning here: Circus does not read it either',
      'a.ini:7: warning: stream_backend: has no meaning here: Circus does not read it either',
      "a.ini:10: warning: copy_path: has no meaning here: it hands on Python's module path",
      'a.ini:11: warning: env: has no meaning here: Circus does not read it either; use a section [env:NAME]',
    ],
  ],
  [
    'bad values of options which have no meaning here',
    '[watcher:web]\ncmd = x\ncopy_path = maybe\ncheck_flapping = 2',
    [
      'a.ini:3: copy_path: "maybe" is not a yes or no; it may be true or false (also yes, on, 1, no, off, 0)',
      'a.ini:4: check_flapping: "2" is not a yes or no; it may be true or false (also yes, on, 1, no, off, 0)',
    ],
  ],
  [
    'ages, times and niceness out of range',
    '[watcher:web]\ncmd = x\nmax_age = -1\nmax_age_variance = 1m\nhooks_timeout = 0\nnice = 20\numask = 8',
    [
      'a.ini:3: max_age: "-1" is too small; it may be a number of seconds from 0 to 315360000, such as 30 or 0.5',
      'a.ini:4: max_age_variance: "1m" has a unit; it is always in seconds: write the number alone',
      'a.ini:5: hooks_timeout: "0" is too small; it may be a number of seconds from 0.001 to 2147483, such as 30 or 0.5',
      'a.ini:6: nice: "20" is too large; it may be a whole number from -20 to 19',
      'a.ini:7: umask: "8" is not an octal number; it may be an octal number from 000 to 777, such as 022',
    ],
  ],
  [
    'users who cannot be',
    '[watcher:web]\ncmd = x\nuid = www data\ngid = 4294967295',
    [
      'a.ini:3: uid: "www data" is no name of an account; it may be a name or a number',
      'a.ini:4: gid: "4294967295" is too large; it may be a name or a number',
    ],
  ],
  [
    'neither yes nor no for the new switches',
    '[watcher:web]\ncmd = x\nshell = bash\nessential = very\non_demand = often',
    [
      'a.ini:3: shell: "bash" is not a yes or no; it may be true or false (also yes, on, 1, no, off, 0)',
      'a.ini:4: essential: "very" is not a yes or no; it may be true or false (also yes, on, 1, no, off, 0)',
      'a.ini:5: on_demand: "often" is not a yes or no; it may be true or false (also yes, on, 1, no, off, 0)',
    ],
  ],
  [
    'arguments of a shell without one',
    '[watcher:web]\ncmd = x\nshell_args = a b',
    ['a.ini:3: warning: shell_args: has no effect without a shell; add shell = true'],
  ],
  [
    'an unclosed quote and misspelt variables in the arguments of a shell',
    '[watcher:web]\ncmd = x\nshell = true\nshell_args = "a $(circus.widd) $WID',
    [
      'a.ini:4: warning: shell_args: $(circus.widd) names nothing and stays as it is; did you mean $(circus.wid)?',
      'a.ini:4: warning: shell_args: $WID is not replaced; write $(circus.wid)',
      'a.ini:4: shell_args: "\\"a $(circus.widd) $WID" has a double quote that is never closed, at "\\"a $(circus.widd) $W"',
    ],
  ],
  [
    'stdin from a misspelt socket',
    '[watcher:web]\ncmd = x\nstdin_socket = wbe\n[socket:web]\nport = 0',
    ['a.ini:3: stdin_socket: there is no [socket:wbe]; did you mean web?'],
  ],
  [
    'stdin from a socket like no other',
    '[watcher:web]\ncmd = x\nstdin_socket = http\n[socket:web]\nport = 0\n[socket:admin]\nport = 0',
    ['a.ini:3: stdin_socket: there is no [socket:http]; there are admin, web'],
  ],
  [
    'stdin from a socket where there is none',
    '[watcher:web]\ncmd = x\nstdin_socket = http',
    ['a.ini:3: stdin_socket: there is no [socket:http]; add that section'],
  ],
  [
    'the fd of a socket which is only stdin',
    '[watcher:web]\ncmd = x\nshell = 1\nshell_args = $(circus.sockets.web)\nstdin_socket = web\n[socket:web]\nport = 0',
    [
      'a.ini:4: shell_args: names the socket web, which use_sockets does not grant; add use_sockets = true',
    ],
  ],
  [
    'waiting for connections without a socket, and starting nothing for them',
    '[watcher:web]\ncmd = x\non_demand = true\nnumprocesses = 0',
    [
      'a.ini:3: on_demand: waits for a connection to a socket, and this watcher has none; add use_sockets or stdin_socket',
      'a.ini:4: numprocesses: a connection would start 0 processes; with on_demand it must be at least 1',
    ],
  ],
  [
    'being essential and started on demand',
    '[watcher:web]\ncmd = x\non_demand = true\nstdin_socket = web\nessential = true\n[socket:web]\nport = 0',
    [
      'a.ini:5: essential: a watcher that is started on demand stops by itself whenever it has nothing to do; remove one of essential and on_demand',
    ],
  ],
  [
    'a directory that is no virtual environment',
    '[watcher:web]\ncmd = x\nvirtualenv = .env',
    ['a.ini:3: virtualenv: ".env" is no virtual environment; there is no /etc/app/.env/bin/python'],
  ],
  [
    'limits which the system has not',
    '[watcher:web]\ncmd = x\nrlimit_nofiles = 1\nrlimit_ = 1\nrlimits_core = 1',
    [
      'a.ini:3: rlimit_nofiles: is no limit of the system; did you mean rlimit_nofile?',
      'a.ini:4: rlimit_: is no limit of the system; the limits are as, core, cpu, data, fsize, locks, memlock, msgqueue, nice, nofile, nproc, rss, rtprio, rttime, sigpending, stack',
      'a.ini:5: warning: rlimits_core: is no option of [watcher:NAME]; did you mean rlimit_core?',
    ],
  ],
  [
    'limits which are none',
    '[watcher:web]\ncmd = x\nrlimit_as = 1G\nrlimit_cpu = -2\nrlimit_data = 99999999999999999999',
    [
      'a.ini:3: rlimit_as: "1G" is no limit; it may be a whole number, at least 0, or infinity (also unlimited, -1 or empty)',
      'a.ini:4: rlimit_cpu: "-2" is no limit; it may be a whole number, at least 0, or infinity (also unlimited, -1 or empty)',
      'a.ini:5: rlimit_data: "99999999999999999999" is too large; write infinity',
    ],
  ],
  [
    'a limit given twice, in other letters',
    '[watcher:web]\ncmd = x\nrlimit_core = 1\nrlimit_CORE = 2',
    [
      'a.ini:4: warning: rlimit_CORE: is already set as rlimit_core at a.ini:3, and the first value counts; remove one of the two',
    ],
  ],
  [
    'settings of flapping out of range or misspelt',
    '[watcher:web]\ncmd = x\nflapping.attempts = 0\nflapping.window = -1\nflapping.retry_in = soon\nflapping.max_retry = -2\nflapping.active = maybe\nflapping.attemps = 2\nflaping.window = 2',
    [
      'a.ini:3: flapping.attempts: "0" is too small; it may be a whole number, at least 1',
      'a.ini:4: flapping.window: "-1" is too small; it may be a number of seconds from 0 to 2147483, such as 30 or 0.5',
      'a.ini:5: flapping.retry_in: "soon" is not a number; it may be a number of seconds from 0 to 2147483, such as 30 or 0.5',
      'a.ini:6: flapping.max_retry: "-2" is too small; it may be a whole number, at least -1',
      'a.ini:7: flapping.active: "maybe" is not a yes or no; it may be true or false (also yes, on, 1, no, off, 0)',
      'a.ini:8: warning: flapping.attemps: is no option of [watcher:NAME]; did you mean flapping.attempts?',
      'a.ini:9: warning: flaping.window: is no option of [watcher:NAME]; did you mean flapping.window?',
    ],
  ],
  [
    'a stop command that names no program',
    "[watcher:web]\ncmd = x\nstop_command = '' x",
    [`a.ini:3: stop_command: "'' x" names no program`],
  ],
  [
    'a stop command that is never closed and knows no socket',
    '[watcher:web]\ncmd = x $(circus.pid)\nstop_command = ctl "$(circus.sockets.web)',
    [
      'a.ini:2: warning: cmd: $(circus.pid) names nothing and stays as it is; did you mean $(circus.uid)?',
      'a.ini:3: warning: stop_command: $(circus.sockets.web) names nothing and stays as it is',
      'a.ini:3: stop_command: "ctl \\"$(circus.sockets.web)" has a double quote that is never closed, at "\\"$(circus.sockets.we"',
    ],
  ],
  [
    'a syslog daemon at no address, and a facility it does not know',
    '[circus]\nlogoutput = syslog:/dev/log\ncgroup = on\n[circus]\nlogoutput = syslog:///dev/log?deamon',
    [
      'a.ini:2: logoutput: "syslog:/dev/log" is no address of a syslog daemon; it may be -, stdout, a file, syslog://HOST[:PORT][?FACILITY] or syslog:///SOCKET[?FACILITY]',
      'a.ini:3: cgroup: "on" is not known; it may be auto or off',
      'a.ini:5: warning: logoutput: is already set in line 2, and the first value counts; remove one of the two',
    ],
  ],
]

for (const [mistake, text, problems] of mistakes) {
  test(`mistake: ${mistake}`, () => assert.deepEqual(problemsOf(text), problems))
}
