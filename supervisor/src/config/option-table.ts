import { account } from './account-type.ts'
import { backoff } from './backoff-type.ts'
import { dependencies } from './dependencies-type.ts'
import { listenPid } from './listen-pid-type.ts'
import { logOutput } from './log-output-type.ts'
import type { OptionTable } from './option-row.ts'
import {
  boolean,
  endpoint,
  integer,
  list,
  octal,
  oneOf,
  seconds,
  size,
  text,
} from './option-types.ts'
import { readiness } from './readiness-type.ts'
import { signal } from './signal-type.ts'
import { socketName } from './socket-name-type.ts'
import { useSockets } from './use-sockets-type.ts'

/** Most processes of one watcher: Linux' smallest usual limit of pids. More is a slip of the keyboard. */
const MAX_NUMPROCESSES = 32_768

/** Highest age in seconds: ten years. It is compared with a clock, so that it may be longer than one timer. */
const MAX_AGE = 10 * 365 * 86_400

/** What listen(2) takes. */
const MAX_BACKLOG = 2 ** 31 - 1

/** `[circus]` */
export const circusTable = {
  check_delay: {
    field: 'checkDelayMs',
    type: seconds({ min: -1 }),
    default: '5',
    meaning:
      'Period of the checks which no event can start, such as those of age. Deaths are noticed at once, whatever it is. 0 or less turns the checks off.',
    since: 'circus',
    applied: 'live',
  },
  endpoint: {
    field: 'endpoint',
    type: endpoint,
    default: null,
    meaning:
      "Address of the control socket. Not set: an ipc socket in a directory only circusd's user can enter.",
    since: 'circus',
    applied: 'restart of circusd',
  },
  pubsub_endpoint: {
    field: 'pubsubEndpoint',
    type: endpoint,
    default: null,
    meaning:
      'Address at which events are published. Not set: an ipc socket beside the control socket.',
    since: 'circus',
    applied: 'restart of circusd',
  },
  endpoint_owner: {
    field: 'endpointOwner',
    type: account,
    default: null,
    meaning:
      "User, by name or number, to whom the file of the control socket is given; endpoint must be an ipc:// path in a directory which that user can enter. Not set: circusd's own.",
    since: 'circus',
    applied: 'restart of circusd',
  },
  curve_server_key: {
    field: 'curveServerKey',
    type: text,
    default: null,
    meaning:
      'File with the key pair of the TCP endpoints, as `circusctl keygen` writes it; they are then encrypted, and open to authorized_keys only. Not set: no lock, and on loopback addresses only.',
    since: 'bigtop',
    applied: 'restart of circusd',
  },
  authorized_keys: {
    field: 'authorizedKeys',
    type: text,
    default: null,
    meaning:
      'File with the public keys that may use the TCP endpoints, one a line: role (read, operate or admin), key, name. Read again when it changes. Needed with curve_server_key.',
    since: 'bigtop',
    applied: 'live',
  },
  stats_endpoint: {
    field: 'statsEndpoint',
    type: endpoint,
    default: null,
    meaning:
      'Address at which statistics are published. Not set: an ipc socket beside the control socket.',
    since: 'circus',
    applied: 'restart of circusd',
  },
  warmup_delay: {
    field: 'warmupDelayMs',
    type: seconds({ min: 0 }),
    default: '0',
    meaning: 'Pause between the starts of two watchers.',
    since: 'circus',
    applied: 'live',
  },
  umask: {
    field: 'umask',
    type: octal,
    default: null,
    meaning:
      'File mode mask of circusd and of every process. Not set: the one circusd was started with.',
    since: 'circus',
    applied: 'restart of circusd',
  },
  pidfile: {
    field: 'pidfile',
    type: text,
    default: null,
    meaning: "File that holds circusd's pid while it runs. The command line wins. Not set: none.",
    since: 'circus',
    applied: 'restart of circusd',
  },
  loglevel: {
    field: 'loglevel',
    type: oneOf(['critical', 'error', 'warning', 'info', 'debug'], { warn: 'warning' }),
    default: 'info',
    meaning: 'Least severe messages which circusd logs. The command line wins.',
    since: 'circus',
    applied: 'restart of circusd',
  },
  logoutput: {
    field: 'logoutput',
    type: logOutput,
    default: '-',
    meaning:
      'Where circusd logs to: - or stdout (both are its stderr, as in Circus), a file, or a syslog daemon. The command line wins.',
    since: 'circus',
    applied: 'restart of circusd',
  },
  debug: {
    field: 'debug',
    type: boolean,
    default: 'false',
    meaning: "Shows the output of circusd's own watchers and has them log at level debug.",
    since: 'circus',
    applied: 'restart of circusd',
  },
  cgroup: {
    field: 'cgroup',
    type: oneOf(['auto', 'off']),
    default: 'auto',
    meaning:
      'Each process gets a cgroup of its own where circusd may make one, so that a stop can end everything it has started. off: never.',
    since: 'bigtop',
    applied: 'restart of circusd',
  },
  include: {
    field: 'include',
    type: list,
    default: '',
    meaning:
      "Globs of further files, relative to the main file's directory. Honoured in the main file only.",
    since: 'circus',
    applied: 'live',
  },
  include_dir: {
    field: 'includeDir',
    type: list,
    default: '',
    meaning: 'Directories of which every *.ini file is read, after those of include.',
    since: 'circus',
    applied: 'live',
  },
} as const satisfies OptionTable

/** `[watcher:NAME]` */
export const watcherTable = {
  cmd: {
    field: 'cmd',
    type: text,
    default: '',
    meaning:
      'Command line, split into words as a shell does. Empty: the first word of args is the program.',
    expansion: 'load and spawn',
    since: 'circus',
    applied: 'reload',
  },
  args: {
    field: 'args',
    type: text,
    default: '',
    meaning: 'Further words, split in the same way and appended to those of cmd.',
    expansion: 'load and spawn',
    since: 'circus',
    applied: 'reload',
  },
  shell: {
    field: 'shell',
    type: boolean,
    default: 'false',
    meaning:
      'cmd and args are one line for /bin/sh -c, with all that a shell knows; values of variables are put in unquoted.',
    since: 'circus',
    applied: 'reload',
  },
  shell_args: {
    field: 'shellArgs',
    type: text,
    default: null,
    meaning:
      'Words behind the line of shell = true, which are its $0, $1 and so on. Without shell they have no effect.',
    expansion: 'load and spawn',
    since: 'circus',
    applied: 'reload',
  },
  executable: {
    field: 'executable',
    type: text,
    default: null,
    meaning:
      'The program that is run in place of the first word of the command, which stays its argv[0]; with shell the shell. Not set: that word.',
    since: 'circus',
    applied: 'reload',
  },
  numprocesses: {
    field: 'numprocesses',
    type: integer({ min: 0, max: MAX_NUMPROCESSES }),
    default: '1',
    meaning: 'Processes wanted.',
    since: 'circus',
    applied: 'live',
  },
  singleton: {
    field: 'singleton',
    type: boolean,
    default: 'false',
    meaning:
      'At most one process ever, also during a reload. Refused together with numprocesses above 1.',
    since: 'circus',
    applied: 'restart',
  },
  warmup_delay: {
    field: 'warmupDelayMs',
    type: seconds({ min: 0 }),
    default: '0',
    meaning: 'Shortest time between two spawns of this watcher.',
    since: 'circus',
    applied: 'live',
  },
  autostart: {
    field: 'autostart',
    type: boolean,
    default: 'true',
    meaning: 'Started with circusd and by commands that start several watchers.',
    since: 'circus',
    applied: 'live',
  },
  respawn: {
    field: 'respawn',
    type: boolean,
    default: 'true',
    meaning:
      'Dead processes are replaced. If not, the watcher is stopped when its last process is gone.',
    since: 'circus',
    applied: 'live',
  },
  max_retry: {
    field: 'maxRetry',
    type: integer({ min: -1 }),
    default: '5',
    meaning:
      'Deaths before ready, in a row and per slot, after which the slot is given up. -1: never.',
    since: 'circus',
    applied: 'live',
  },
  backoff: {
    field: 'backoff',
    type: backoff,
    default: '1s..60s',
    meaning:
      'First and longest pause before a slot whose process died before it was ready is tried again.',
    since: 'bigtop',
    applied: 'live',
  },
  graceful_timeout: {
    field: 'gracefulTimeoutMs',
    type: seconds({ min: 0 }),
    default: '30',
    meaning: 'Time between the stop signal and SIGKILL. 0: kills at once.',
    since: 'circus',
    applied: 'live',
  },
  stop_signal: {
    field: 'stopSignal',
    type: signal,
    default: 'SIGTERM',
    meaning: 'The polite stop signal.',
    since: 'circus',
    applied: 'live',
  },
  stop_children: {
    field: 'stopChildren',
    type: boolean,
    default: 'false',
    meaning: 'The stop signal also goes to the direct children of a process.',
    since: 'circus',
    applied: 'live',
  },
  send_hup: {
    field: 'sendHup',
    type: boolean,
    default: 'false',
    meaning: 'A reload sends SIGHUP in place of replacing processes.',
    since: 'circus',
    applied: 'live',
  },
  stop_command: {
    field: 'stopCommand',
    type: text,
    default: null,
    meaning:
      'Command that asks a process to end, in place of the stop signal; also knows $(circus.pid). Not set: the stop signal is sent.',
    expansion: 'load and spawn',
    since: 'bigtop',
    applied: 'live',
  },
  priority: {
    field: 'priority',
    type: integer(),
    default: '0',
    meaning: 'Watchers with a higher one start first; equal ones by name.',
    since: 'circus',
    applied: 'live',
  },
  depends_on: {
    field: 'dependsOn',
    type: dependencies,
    default: '',
    meaning:
      'Watchers which must be ready (NAME or NAME:ready), or only started (NAME:started), before this one is started; it is stopped before them.',
    since: 'bigtop',
    applied: 'live',
  },
  essential: {
    field: 'essential',
    type: boolean,
    default: 'false',
    meaning:
      'circusd stops when this watcher has stopped by itself, and exits with the code of its program.',
    since: 'bigtop',
    applied: 'live',
  },
  on_demand: {
    field: 'onDemand',
    type: boolean,
    default: 'false',
    meaning:
      'Started by the first connection to one of its sockets, and again after its processes have ended. Refused without a socket.',
    since: 'circus',
    applied: 'restart',
  },
  max_age: {
    field: 'maxAgeMs',
    type: seconds({ min: 0, max: MAX_AGE }),
    default: '0',
    meaning: 'Age at which a process is replaced, its successor first. 0: never.',
    since: 'circus',
    applied: 'live',
  },
  max_age_variance: {
    field: 'maxAgeVarianceMs',
    type: seconds({ min: 0, max: MAX_AGE }),
    default: '30',
    meaning: 'Each process may get up to this much older than max_age, at random.',
    since: 'circus',
    applied: 'live',
  },
  ready: {
    field: 'ready',
    type: readiness,
    default: 'auto',
    meaning:
      'How a process shows that it can take work: notify (a line on NOTIFY_FD), listen (it accepts on its socket), delay:SECONDS, none (at once), auto (with sockets notify or listen, whichever comes first; without, still alive after warmup_delay).',
    since: 'bigtop',
    applied: 'next spawn',
  },
  ready_timeout: {
    field: 'readyTimeoutMs',
    type: seconds({ min: 0.001 }),
    default: '60',
    meaning:
      'Longest time a process may take to become ready. With ready = auto one that is alive by then counts as ready, with a warning.',
    since: 'bigtop',
    applied: 'next spawn',
  },
  reload_batch: {
    field: 'reloadBatch',
    type: integer({ min: 1 }),
    default: '1',
    meaning: 'Processes which a reload replaces at the same time.',
    since: 'bigtop',
    applied: 'live',
  },
  max_surge: {
    field: 'maxSurge',
    type: integer({ min: 1 }),
    default: null,
    meaning:
      'Processes beyond numprocesses which a reload may have alive, draining ones included. Not set: numprocesses, at least 1.',
    since: 'bigtop',
    applied: 'live',
  },
  hooks_timeout: {
    field: 'hooksTimeoutMs',
    type: seconds({ min: 0.001 }),
    default: '10',
    meaning: 'Longest time one call of a hook may take; then it has failed.',
    since: 'bigtop',
    applied: 'live',
  },
  working_dir: {
    field: 'workingDir',
    type: text,
    default: null,
    meaning: "Directory in which processes start. Not set: circusd's.",
    since: 'circus',
    applied: 'reload',
  },
  uid: {
    field: 'uid',
    type: account,
    default: null,
    meaning: "User, by name or number, as whom processes run, with its groups. Not set: circusd's.",
    since: 'circus',
    applied: 'reload',
  },
  gid: {
    field: 'gid',
    type: account,
    default: null,
    meaning: 'Group, by name or number, with which processes run. Not set: that of uid.',
    since: 'circus',
    applied: 'reload',
  },
  umask: {
    field: 'umask',
    type: octal,
    default: null,
    meaning: "File mode mask of processes. Not set: circusd's.",
    since: 'bigtop',
    applied: 'reload',
  },
  nice: {
    field: 'nice',
    type: integer({ min: -20, max: 19 }),
    default: null,
    meaning:
      "Niceness of processes: lower is more urgent, and below circusd's needs a privilege. Not set: circusd's.",
    since: 'bigtop',
    applied: 'reload',
  },
  copy_env: {
    field: 'copyEnv',
    type: boolean,
    default: 'false',
    meaning:
      "Processes get circusd's whole environment. If not: PATH, HOME, USER, LOGNAME, SHELL, LANG, LC_*, TZ and TMPDIR of it.",
    since: 'circus',
    applied: 'reload',
  },
  virtualenv: {
    field: 'virtualenv',
    type: text,
    default: null,
    meaning:
      'Directory of a Python virtual environment, relative to that of the main file: its bin leads PATH, VIRTUAL_ENV names it and PYTHONHOME is unset. Needs no copy_env, unlike in Circus.',
    since: 'circus',
    applied: 'reload',
  },
  use_sockets: {
    field: 'useSockets',
    type: useSockets,
    default: 'false',
    meaning:
      'Sockets which processes inherit as fds 3, 4, ...: those the command names as $(circus.sockets.NAME) (all, if it names none), or the listed ones in their order.',
    since: 'circus',
    applied: 'reload',
  },
  stdin_socket: {
    field: 'stdinSocket',
    type: socketName,
    default: null,
    meaning: 'Socket which processes inherit as stdin, also without use_sockets.',
    since: 'circus',
    applied: 'reload',
  },
  listen_pid: {
    field: 'listenPid',
    type: listenPid,
    default: 'auto',
    meaning:
      "Exports LISTEN_PID beside LISTEN_FDS, for which the program is started through sh. auto: unless the program is Bigtop's runner.",
    since: 'bigtop',
    applied: 'reload',
  },
  close_child_stdin: {
    field: 'closeChildStdin',
    type: boolean,
    default: 'true',
    meaning: "stdin is /dev/null; if not, circusd's.",
    since: 'circus',
    applied: 'reload',
  },
  close_child_stdout: {
    field: 'closeChildStdout',
    type: boolean,
    default: 'false',
    meaning: 'stdout is /dev/null; a stdout_stream then receives nothing.',
    since: 'circus',
    applied: 'reload',
  },
  close_child_stderr: {
    field: 'closeChildStderr',
    type: boolean,
    default: 'false',
    meaning: 'stderr is /dev/null; a stderr_stream then receives nothing.',
    since: 'circus',
    applied: 'reload',
  },
  name: {
    field: 'name',
    type: text,
    default: '',
    meaning: 'Name of the watcher in place of the one in the section header.',
    expansion: 'never',
    since: 'circus',
    applied: 'restart',
  },
} as const satisfies OptionTable

/** `flapping.*` of a watcher, without that prefix: the options of Circus' flapping plugin, by which one slot rests and not the watcher. */
export const flappingTable = {
  attempts: {
    field: 'attempts',
    type: integer({ min: 1 }),
    default: '2',
    meaning: 'Deaths within the window which make a slot flapping.',
    since: 'circus',
    applied: 'live',
  },
  window: {
    field: 'windowMs',
    type: seconds({ min: 0 }),
    default: '1',
    meaning: 'Time within which these deaths happen.',
    since: 'circus',
    applied: 'live',
  },
  retry_in: {
    field: 'retryInMs',
    type: seconds({ min: 0 }),
    default: '7',
    meaning: 'How long a flapping slot rests.',
    since: 'circus',
    applied: 'live',
  },
  max_retry: {
    field: 'maxRetry',
    type: integer({ min: -1 }),
    default: '5',
    meaning: 'Rests in a row after which the slot is given up. -1: never.',
    since: 'circus',
    applied: 'live',
  },
  active: {
    field: 'isActive',
    type: boolean,
    default: 'true',
    meaning: 'false: no slot of the watcher counts as flapping, whatever else is set.',
    since: 'circus',
    applied: 'live',
  },
} as const satisfies OptionTable

/** `stdout_stream.*` and `stderr_stream.*` of a watcher, without that prefix. */
export const streamTable = {
  class: {
    field: 'class',
    type: oneOf(['FileStream', 'StdoutStream'], {
      'circus.stream.filestream': 'FileStream',
      'circus.stream.stdoutstream': 'StdoutStream',
    }),
    default: 'FileStream',
    meaning: 'What becomes of the output. May be left out where a filename is given.',
    since: 'circus',
    applied: 'live',
  },
  filename: {
    field: 'filename',
    type: text,
    default: null,
    meaning: 'The file which a file class appends to. Not set: a temporary file.',
    since: 'circus',
    applied: 'live',
  },
  max_bytes: {
    field: 'maxBytes',
    type: size,
    default: '0',
    meaning: 'FileStream: size at which the file is rotated. 0: never.',
    since: 'circus',
    applied: 'live',
  },
  backup_count: {
    field: 'backupCount',
    type: integer({ min: 0 }),
    default: '0',
    meaning: 'FileStream: rotated files which are kept.',
    since: 'circus',
    applied: 'live',
  },
  time_format: {
    field: 'timeFormat',
    type: text,
    default: null,
    meaning: 'FileStream: strftime format of a time before every line. Not set: no time.',
    since: 'circus',
    applied: 'live',
  },
} as const satisfies OptionTable

/** `[socket:NAME]` */
export const socketTable = {
  host: {
    field: 'host',
    type: text,
    default: 'localhost',
    meaning: 'Name or address to bind.',
    since: 'circus',
    applied: 'rebind',
  },
  port: {
    field: 'port',
    type: integer({ min: 0, max: 65_535 }),
    default: '8080',
    meaning: 'Port to bind. 0: the system chooses one.',
    since: 'circus',
    applied: 'rebind',
  },
  family: {
    field: 'family',
    type: oneOf(['AF_INET', 'AF_INET6', 'AF_UNIX']),
    default: 'AF_INET',
    meaning: 'IPv4, IPv6 or a unix socket; path makes it AF_UNIX.',
    since: 'circus',
    applied: 'rebind',
  },
  type: {
    field: 'type',
    type: oneOf(['SOCK_STREAM']),
    default: 'SOCK_STREAM',
    meaning: 'Streams only in this version.',
    since: 'circus',
    applied: 'rebind',
  },
  path: {
    field: 'path',
    type: text,
    default: null,
    meaning: 'File of a unix socket; host and port are then ignored.',
    since: 'circus',
    applied: 'rebind',
  },
  umask: {
    field: 'umask',
    type: octal,
    default: null,
    meaning: "File mode mask while a unix socket is bound. Not set: circusd's.",
    since: 'circus',
    applied: 'rebind',
  },
  replace: {
    field: 'replace',
    type: boolean,
    default: 'false',
    meaning:
      'Deletes an existing file at path before binding; if not, an existing file is an error.',
    since: 'circus',
    applied: 'rebind',
  },
  backlog: {
    field: 'backlog',
    type: integer({ min: 1, max: MAX_BACKLOG }),
    default: '2048',
    meaning:
      'Connections which wait in the kernel while no process accepts; the kernel may cap it.',
    since: 'circus',
    applied: 'rebind',
  },
  blocking: {
    field: 'blocking',
    type: boolean,
    default: 'false',
    meaning: 'Clears O_NONBLOCK on the socket, which all its processes share.',
    since: 'circus',
    applied: 'rebind',
  },
} as const satisfies OptionTable
