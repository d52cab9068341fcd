/**
 * The way to a circusd on another host, by the system's ssh(1): its configuration, keys, agent and known hosts.
 *
 * One connection: a master whose remote command says where circusd listens and then waits for the end of its standard
 * input, so that it ends with us however we end. Forwards are added to it (`ssh -O forward`), from sockets in a
 * private directory here to Unix or TCP sockets there.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { ipcPath } from '../../net/ipc-path.ts'

export interface Tunnel extends AsyncDisposable {
  /** Leads to the control endpoint over there. */
  readonly control: string
  /** The control endpoint over there, for people: `tcp://127.0.0.1:5555 on HOST`. */
  readonly remote: string
  /** An endpoint here that leads to one over there. @throws {TunnelError} If ssh cannot forward it. */
  forward(remote: string): Promise<string>
}

export interface TunnelOptions {
  /** `[USER@]HOST[:PORT]`. */
  readonly host: string
  readonly keyfile: string | null
  /** As the remote host sees it; null to look where circusd listens by default. */
  readonly endpoint: string | null
  readonly signal: AbortSignal
}

/** ssh failed. It has said why on standard error. */
export class TunnelError extends Error {
  readonly code = 'ERR_TUNNEL'

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'TunnelError'
  }
}

/** For sh(1): prints the first default control endpoint that exists, else that of Circus. The order is that of `runtimeDirectories`. */
const LOOK_FOR_CIRCUSD = `
if [ -n "$CIRCUSCTL_ENDPOINT" ]; then echo "$CIRCUSCTL_ENDPOINT"; exec cat >/dev/null; fi
if [ -n "$CIRCUS_RUNTIME_DIR" ]; then set -- "$CIRCUS_RUNTIME_DIR"; else
set -- "\${XDG_RUNTIME_DIR:-/run/user/$(id -u)}/circus" /run/circus "\${TMPDIR:-/tmp}/circus-$(id -u)"; fi
for directory do [ -S "$directory/control" ] && [ -O "$directory" ] && { echo "ipc://$directory/control"; exec cat >/dev/null; }; done
echo tcp://127.0.0.1:5555; exec cat >/dev/null`

/** @throws {TunnelError} If ssh cannot connect or forward. */
export async function openTunnel(options: TunnelOptions): Promise<Tunnel> {
  const directory = mkdtempSync(join(tmpdir(), 'circusctl-'))
  const master = startMaster(options, join(directory, 'master'))
  const close = async (): Promise<void> => {
    master.stdin?.end()
    if (master.exitCode === null && master.signalCode === null && master.pid !== undefined) {
      await once(master, 'exit')
    }
    rmSync(directory, { recursive: true, force: true })
  }
  let forwards = 0
  const forward = async (remote: string): Promise<string> => {
    const local = join(directory, String((forwards += 1)))
    await addForward(options, join(directory, 'master'), `${local}:${addressOf(remote)}`)
    return `ipc://${local}`
  }
  try {
    const found = await firstLine(master, options)
    const endpoint = options.endpoint ?? found
    const remote = `${endpoint} on ${options.host}`
    return { control: await forward(endpoint), remote, forward, [Symbol.asyncDispose]: close }
  } catch (error) {
    await close()
    throw error
  }
}

function startMaster({ host, keyfile, signal }: TunnelOptions, control: string): ChildProcess {
  const { target, port } = parseHost(host)
  const key = keyfile === null ? [] : ['-i', keyfile]
  // Below errors ssh tells of each connection that the far end refuses, and ZeroMQ tries again and again.
  const quiet = ['-o', 'LogLevel=ERROR']
  const options = ['-M', '-S', control, '-o', 'ControlPersist=no', ...quiet, '-T', ...port, ...key]
  const command = `exec sh -c ${quoteForShell(LOOK_FOR_CIRCUSD)}`
  // ssh asks for passwords on /dev/tty by itself.
  const master = spawn('ssh', [...options, '--', target, command], {
    stdio: ['pipe', 'pipe', 'inherit'],
    signal,
  })
  master.stdin?.on('error', () => {
    // It has ended already.
  })
  return master
}

async function firstLine(master: ChildProcess, { host, signal }: TunnelOptions): Promise<string> {
  const failed = new Promise<never>((_resolve, reject) => {
    master.once('error', (cause) => {
      const message = signal.aborted ? 'interrupted' : `ssh cannot be run: ${cause.message}`
      reject(new TunnelError(`Cannot reach ${host}: ${message}`, { cause }))
    })
    master.once('exit', (code) => {
      reject(new TunnelError(`Cannot reach ${host}: ssh ended with ${String(code)}`))
    })
  })
  if (master.stdout === null) return failed
  const lines = createInterface({ input: master.stdout })
  const line = once(lines, 'line').then(([text]: unknown[]) => String(text))
  return Promise.race([line, failed])
}

async function addForward(
  { host, signal }: TunnelOptions,
  control: string,
  forward: string,
): Promise<void> {
  const { target } = parseHost(host)
  const args = ['-S', control, '-O', 'forward', '-L', forward, '--', target]
  const child = spawn('ssh', args, { stdio: ['ignore', 'ignore', 'inherit'], signal })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0)
    throw new TunnelError(`Cannot reach circusd on ${host}: ssh cannot forward ${forward}`)
}

function parseHost(host: string): { readonly target: string; readonly port: readonly string[] } {
  const [, target, port] = /^(.*):(\d+)$/.exec(host) ?? []
  if (target === undefined || port === undefined) return { target: host, port: [] }
  return { target, port: ['-p', port] }
}

/** As ssh writes the far end of a forward: a path, or HOST:PORT. @throws {TunnelError} If it is neither. */
function addressOf(endpoint: string): string {
  const address = ipcPath(endpoint) ?? /^tcp:\/\/(.+:\d+)$/.exec(endpoint)?.[1]
  if (address !== undefined) return address
  throw new TunnelError(
    `Cannot reach ${endpoint} through ssh: must be ipc://PATH or tcp://HOST:PORT`,
  )
}

function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
