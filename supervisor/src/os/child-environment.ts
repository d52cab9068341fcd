/**
 * The environment by which a child learns of its sockets. Pure.
 *
 * Guaranteed: descriptors are numbered without a gap from 3 on, sockets first, in order, then the notify pipe, as
 * sd_listen_fds(3) wants them. LISTEN_PID cannot be known before the spawn: see `listenPid` in spawn.ts.
 * Not guaranteed: that readers agree. Most ignore LISTEN_FDS without a LISTEN_PID; CIRCUS_SOCKETS is the one without doubt.
 */
import type { SocketFamily } from './socket-address.ts'

/** SD_LISTEN_FDS_START: the number which the first inherited socket has in every child. */
export const FIRST_SOCKET_FD = 3

/** What a child is told of one socket. A `Listener` fits. */
export interface GrantedSocket {
  readonly name: string
  readonly family: SocketFamily
  readonly host: string
  readonly port: number
  readonly path: string
  readonly backlog: number
}

/** What one child is given. */
export interface Grant {
  readonly watcher: string
  readonly wid: number
  /** Of the slot, >= 1. */
  readonly generation: number
  /** In the order of their descriptors. */
  readonly sockets: readonly GrantedSocket[]
  readonly notify: boolean
}

export type Environment = Readonly<Record<string, string>>

/** `environment` with the variables of the grant; they win. */
export function childEnvironment(environment: Environment, grant: Grant): Environment {
  return { ...environment, ...identity(grant), ...notification(grant), ...sockets(grant) }
}

/** The number which the socket at `index` has in the child. */
export function childSocketFd(index: number): number {
  return FIRST_SOCKET_FD + index
}

/**
 * `environment`, inherited from whoever started us, without the variables which speak of descriptors and roles that are
 * ours and not our children's. To be applied before the user's own settings, which may set any of them on purpose.
 */
export function scrubInherited(environment: Environment): Environment {
  return Object.fromEntries(
    Object.entries(environment).filter(
      ([name]) =>
        !SCRUBBED.has(name) && !SCRUBBED_PREFIXES.some((prefix) => name.startsWith(prefix)),
    ),
  )
}

const SCRUBBED: ReadonlySet<string> = new Set([
  // systemd: our sockets, our notify socket, our watchdog.
  'LISTEN_FDS',
  'LISTEN_PID',
  'LISTEN_PIDFDID',
  'LISTEN_FDNAMES',
  'NOTIFY_SOCKET',
  'WATCHDOG_PID',
  'WATCHDOG_USEC',
  // An outer supervisor's readiness pipe.
  'NOTIFY_FD',
  // Node: a child which finds these believes that we talk to it over an IPC channel, or that it is a cluster worker.
  'NODE_CHANNEL_FD',
  'NODE_CHANNEL_SERIALIZATION_MODE',
  'NODE_UNIQUE_ID',
  // pm2: libraries which find these wait for pm2, or load the configuration of one instance.
  'pm_id',
  'NODE_APP_INSTANCE',
])

/** Server::Starter, Einhorn, and an outer Circus. */
const SCRUBBED_PREFIXES = ['SERVER_STARTER_', 'EINHORN_', 'CIRCUS_FD_', 'CIRCUS_SOCKETS']

function identity({ watcher, wid, generation }: Grant): Environment {
  return {
    CIRCUS_WATCHER: watcher,
    CIRCUS_WID: String(wid),
    CIRCUS_GENERATION: String(generation),
  }
}

function notification({ notify, sockets }: Grant): Environment {
  return notify ? { NOTIFY_FD: String(childSocketFd(sockets.length)) } : {}
}

function sockets({ sockets, generation }: Grant): Environment {
  if (sockets.length === 0) return {}
  const granted = sockets.map(({ name, family, host, port, path, backlog }, index) => {
    return { name, fd: childSocketFd(index), family, host, port, path, backlog }
  })
  return {
    LISTEN_FDS: String(granted.length),
    LISTEN_FDNAMES: granted.map(({ name }) => listenName(name)).join(':'),
    SERVER_STARTER_PORT: granted.map((socket) => `${address(socket)}=${socket.fd}`).join(';'),
    SERVER_STARTER_GENERATION: String(generation),
    CIRCUS_SOCKETS: JSON.stringify(granted),
    ...Object.fromEntries(granted.map(({ name, fd }) => [variableName(name), String(fd)])),
  }
}

/** sd_listen_fds_with_names(3): at most 255 printable ASCII characters, without the colon which parts the names. */
function listenName(name: string): string {
  return name.replace(/[^\x20-\x39\x3b-\x7e]/g, '_').slice(0, 255)
}

/** Two names which differ in other characters than letters and digits share one variable: the last socket has it. */
function variableName(name: string): string {
  return `CIRCUS_FD_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`
}

function address({ family, host, port, path }: GrantedSocket): string {
  if (family === 'unix') return path
  return family === 'inet6' ? `[${host}]:${port}` : `${host}:${port}`
}
