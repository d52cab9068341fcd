import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Dealer, Subscriber } from 'zeromq'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..')
const circusd = join(root, 'supervisor', 'bin', 'circusd.js')
const circusctl = join(root, 'supervisor', 'bin', 'circusctl.js')
const tools = join(root, 'node_modules', '.bin')

/** Longest wait for anything in these tests, in ms. It only bounds a failure: nothing waits for it when all is well. */
const PATIENCE_MS = 20_000

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Event {
  readonly topic: string
  readonly process_pid?: number
  readonly exit_code?: number
  /** Of a hook. */
  readonly name?: string
  /** Why a hook has failed. */
  readonly error?: string
}

type Reply = Readonly<Record<string, unknown>>

/** A temp directory for one daemon: its configuration, apps and endpoints. */
export function newHome(files: Readonly<Record<string, string>> = {}): string {
  const home = mkdtempSync(join(tmpdir(), 'bigtop-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(home, name), text)
  return home
}

/** Runs circusd until it ends by itself. */
export async function runCircusd(args: readonly string[], cwd: string): Promise<Ended> {
  return within(collect(spawnTool(circusd, args, cwd)), 'the end of circusd')
}

function spawnTool(
  script: string,
  args: readonly string[],
  cwd: string,
  under: readonly string[] = [],
): ChildProcess {
  const { NODE_EXTRA_CA_CERTS: _, ...environment } = process.env
  const env = {
    ...environment,
    PATH: [tools, process.env['PATH']].join(delimiter),
    CIRCUS_RUNTIME_DIR: join(cwd, 'run'),
  }
  const [program, ...rest] = [...under, process.execPath, script, ...args]
  return spawn(program ?? '', rest, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
}

async function collect(child: ChildProcess): Promise<Ended> {
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  return { code, signal, stdout, stderr }
}

/** Rejects, with a name for what did not happen, rather than let a test hang. */
export async function within<Value>(wanted: Promise<Value>, name: string): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited in vain for ${name}`)), PATIENCE_MS)
  })
  try {
    return await Promise.race([wanted, limit])
  } finally {
    clearTimeout(timer)
  }
}

/** A real circusd in its own directory. `await using` ends it, with all of its processes, whatever the test does. */
export class DaemonUnderTest implements AsyncDisposable {
  readonly home: string
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  #output = ''
  readonly #events: Event[] = []
  readonly #watchers = new Set<() => void>()
  readonly #subscriber = new Subscriber({ linger: 0 })
  readonly #dealer = new Dealer({ linger: 0 })
  readonly #replies = new Map<string, (reply: Reply) => void>()
  #lastId = 0

  private constructor(home: string, child: ChildProcess) {
    this.home = home
    this.child = child
    this.ended = collect(child)
    child.stderr?.on('data', (chunk: Buffer) => this.#hear(chunk.toString()))
    child.stdout?.on('data', (chunk: Buffer) => this.#hear(chunk.toString()))
  }

  /**
   * Starts circusd on `circus.ini`, whose text is given; `files` are written beside it.
   * Resolves when it waits for commands and its events are heard.
   * @param under Program and arguments which start circusd in their turn, as unshare(1) does.
   */
  static async start(
    ini: string,
    files: Readonly<Record<string, string>> = {},
    under: readonly string[] = [],
  ): Promise<DaemonUnderTest> {
    const home = newHome({ ...files, 'circus.ini': ini })
    const daemon = new DaemonUnderTest(home, spawnTool(circusd, ['circus.ini'], home, under))
    await daemon.logs('Arbiter now waiting for commands')
    daemon.#connect()
    await daemon.call('numwatchers')
    return daemon
  }

  get pid(): number {
    return this.child.pid ?? assert.fail('circusd was not started')
  }

  /** All that were heard, in their order. */
  get events(): readonly Event[] {
    return this.#events
  }

  get output(): string {
    return this.#output
  }

  #hear(text: string): void {
    this.#output += text
    this.#tell()
  }

  #tell(): void {
    for (const look of this.#watchers) look()
  }

  #connect(): void {
    this.#subscriber.connect(`ipc://${join(this.home, 'run', 'events')}`)
    this.#subscriber.subscribe('watcher.')
    void this.#follow()
    this.#dealer.connect(`ipc://${join(this.home, 'run', 'control')}`)
    void this.#answer()
  }

  async #follow(): Promise<void> {
    for await (const [topic, payload] of this.#subscriber) {
      const fields = JSON.parse(String(payload)) as object
      this.#events.push({ ...fields, topic: String(topic) })
      this.#tell()
    }
  }

  async #answer(): Promise<void> {
    for await (const [frame] of this.#dealer) {
      const reply = JSON.parse(String(frame)) as Reply
      this.#replies.get(String(reply['id']))?.(reply)
    }
  }

  /** Resolves when `find` finds something; looked at whenever the daemon says or publishes anything, and now and then. */
  async eventually<Value>(find: () => Value | undefined, name: string): Promise<Value> {
    const found = find()
    if (found !== undefined) return found
    let look = (): void => {}
    const wanted = new Promise<Value>((resolve) => {
      look = () => {
        const value = find()
        if (value !== undefined) resolve(value)
      }
      this.#watchers.add(look)
    })
    const nowAndThen = setInterval(() => look(), 50)
    try {
      return await within(wanted, name)
    } catch (error) {
      const message = `${(error as Error).message}; circusd said:\n${this.#output}`
      throw new Error(message, { cause: error })
    } finally {
      clearInterval(nowAndThen)
      this.#watchers.delete(look)
    }
  }

  /** Resolves when circusd or one of its processes has written `text`, that many times. */
  async logs(text: string, times = 1): Promise<void> {
    const isThere = (): true | undefined =>
      this.#output.split(text).length > times ? true : undefined
    await this.eventually(isThere, `"${text}" (${times})`)
  }

  /** Resolves with the first event that fits, of those heard since the daemon's start. */
  async event(topic: string, fits: (event: Event) => boolean = () => true): Promise<Event> {
    const find = (): Event | undefined =>
      this.#events.find((event) => event.topic === topic && fits(event))
    return this.eventually(find, `the event ${topic}`)
  }

  /** Resolves when that many events of the topic were heard. */
  async eventTimes(topic: string, times: number): Promise<void> {
    const isThere = (): true | undefined =>
      this.#events.filter((event) => event.topic === topic).length >= times ? true : undefined
    await this.eventually(isThere, `the event ${topic} (${times})`)
  }

  /** One request over the wire, as a stock client sends it. */
  async call(command: string, properties: object = {}): Promise<Reply> {
    const id = String(++this.#lastId)
    const reply = new Promise<Reply>((resolve) => this.#replies.set(id, resolve))
    await this.#dealer.send(JSON.stringify({ id, command, properties }))
    return within(reply, `the reply to ${command}`)
  }

  async start(name: string): Promise<void> {
    const reply = await this.call('start', { name, waiting: true })
    assert.equal(reply['status'], 'ok', String(reply['reason']))
  }

  async pids(name = 'web'): Promise<readonly number[]> {
    const { pids } = await this.call('list', { name })
    return pids as readonly number[]
  }

  /** Waits until the watcher is active. */
  async active(name = 'web'): Promise<void> {
    await this.logs(`${name} started`)
  }

  async port(socket = 'web'): Promise<number> {
    const { sockets } = await this.call('listsockets')
    const all = sockets as readonly { readonly name: string; readonly port: number }[]
    return all.find(({ name }) => name === socket)?.port ?? assert.fail(`no socket ${socket}`)
  }

  async ctl(...args: readonly string[]): Promise<Ended> {
    return within(collect(spawnTool(circusctl, args, this.home)), `circusctl ${args.join(' ')}`)
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.home, name), text)
  }

  read(name: string): string {
    return readFileSync(join(this.home, name), 'utf8')
  }

  /** Quits by signal and waits for the end. */
  async quit(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    this.child.kill(signal)
    return within(this.ended, 'the end of circusd')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // The first wish to quit stops, the second hurries, the third kills; two at once would count as one.
    const wish = (): boolean => this.child.kill('SIGTERM')
    const impatience = setInterval(wish, 200)
    if (this.child.exitCode === null && this.child.signalCode === null) wish()
    await within(this.ended, `the end of circusd, which said:\n${this.#output}`)
    clearInterval(impatience)
    this.#subscriber.close()
    this.#dealer.close()
    rmSync(this.home, { recursive: true, force: true })
  }
}

/** Whether a process exists and is no zombie. */
export function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

/** Open descriptors of a process, as numbers. */
export function descriptorsOf(pid: number): readonly number[] {
  return readdirSync(`/proc/${pid}/fd`).map(Number)
}
