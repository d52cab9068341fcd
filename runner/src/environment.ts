/** What the supervisor says to this process through the environment. */
export interface Environment {
  /** The pipe for readiness lines. */
  readonly notifyFd: number | undefined
  /** The sockets that were handed down, as CIRCUS_SOCKETS lists them. Empty when it is missing or not readable. */
  readonly sockets: readonly InheritedSocket[]
}

export interface InheritedSocket {
  readonly fd: number
  readonly backlog: number | undefined
  /** The path of a unix socket. */
  readonly path: string | undefined
}

/**
 * Reads the supervisor's variables and removes those that name descriptors: they are closed in this process's
 * children, who would use whatever has the number there (sd_listen_fds(3) and sd_notify(3) do the same).
 * CIRCUS_* stay, for the application to read.
 */
export function takeEnvironment(env: NodeJS.ProcessEnv): Environment {
  const notifyFd = /^\d{1,9}$/.test(env.NOTIFY_FD ?? '') ? Number(env.NOTIFY_FD) : undefined
  for (const name of PER_PROCESS) delete env[name]
  return { notifyFd, sockets: parseSockets(env.CIRCUS_SOCKETS) }
}

const PER_PROCESS = [
  'NOTIFY_FD',
  'LISTEN_FDS',
  'LISTEN_FDNAMES',
  'LISTEN_PID',
  'LISTEN_PIDFDID',
  'SERVER_STARTER_PORT',
  'SERVER_STARTER_GENERATION',
]

function parseSockets(text: string | undefined): readonly InheritedSocket[] {
  if (text === undefined) return []
  try {
    const list: unknown = JSON.parse(text)
    return Array.isArray(list) ? list.flatMap(parseSocket) : []
  } catch {
    return [] // It only refines defaults: not worth refusing to serve.
  }
}

function parseSocket(value: unknown): readonly InheritedSocket[] {
  if (typeof value !== 'object' || value === null) return []
  if (!('fd' in value) || typeof value.fd !== 'number') return []
  const backlog =
    'backlog' in value && typeof value.backlog === 'number' ? value.backlog : undefined
  const path = 'path' in value && typeof value.path === 'string' ? value.path : undefined
  return [{ fd: value.fd, backlog, path }]
}
