import type { Config } from '../config/config.ts'
import type { SocketOptions, WatcherOptions } from '../config/options.ts'
import { isSameSocket, type ReloadPlan } from '../config/reload-plan.ts'
import type { InheritedSocket } from '../os/inherited-sockets.ts'
import type { Listener } from '../os/socket.ts'
import { findCredentials } from '../os/user.ts'
import type { Log } from './log.ts'
import { Outputs } from './outputs.ts'
import { closeSockets, openSockets, type Sockets } from './sockets.ts'

/**
 * What the watchers run with: their options, the managed sockets and the streams. `adopt` changes all of it, while nothing runs;
 * `define`, `bind`, `unbind` and `forget` change a part, while the rest goes on.
 */
export class Holdings {
  readonly #log: Log
  #config: Config
  #definitions: ReadonlyMap<string, WatcherOptions>
  #sockets: Sockets
  #outputs: Outputs

  private constructor(log: Log, config: Config, sockets: Sockets, outputs: Outputs) {
    this.#log = log
    this.#config = config
    this.#definitions = byName(config)
    this.#sockets = sockets
    this.#outputs = outputs
  }

  /**
   * Binds all sockets and opens all streams, or none.
   * @param inherited Sockets that the service manager has bound for us.
   * @throws {SocketError | OutputError}
   */
  static async open(
    config: Config,
    inherited: readonly InheritedSocket[],
    log: Log,
  ): Promise<Holdings> {
    const sockets = await openSockets(config.sockets, inherited, log)
    try {
      return new Holdings(log, config, sockets, await Outputs.open(config.watchers, log))
    } catch (error) {
      closeSockets(sockets)
      throw error
    }
  }

  get config(): Config {
    return this.#config
  }

  get sockets(): Sockets {
    return this.#sockets
  }

  get outputs(): Outputs {
    return this.#outputs
  }

  definition(watcher: string): WatcherOptions | undefined {
    return this.#definitions.get(watcher)
  }

  /**
   * A watcher is new, or has other options from now on. Its streams are changed at once.
   * @returns what makes everything as it was before
   * @throws {OutputError} If a stream cannot be made; nothing has changed then.
   * @throws {UnknownAccountError | SystemError} If its user or group is nobody, or cannot be looked up.
   */
  define(watcher: WatcherOptions): () => void {
    findCredentials(watcher.uid, watcher.gid)
    const before = this.#definitions.get(watcher.name)
    this.#outputs.define(watcher)
    this.#definitions = new Map([...this.#definitions, [watcher.name, watcher]])
    return () => {
      if (before === undefined) this.forget(watcher.name)
      else this.define(before)
    }
  }

  get definitions(): readonly WatcherOptions[] {
    return Array.from(this.#definitions.values())
  }

  /**
   * Binds the sockets of a plan that are new or other ones than before, all or none; those it closes stay open.
   * @throws {SocketError} Everything is as it was then, but for an address that somebody else has taken meanwhile.
   */
  async bind({ opened, rebound }: ReloadPlan['sockets']): Promise<void> {
    const changed = new Set(rebound.map(({ name }) => name))
    const failure = await this.#exchange((name) => !changed.has(name), [...opened, ...rebound])
    if (failure === null) return
    if (failure.lost !== null) {
      this.#log('error', `what was bound before is lost: ${failure.lost}`)
    }
    throw failure.cause
  }

  /** Closes sockets that nobody uses any more. */
  unbind(names: readonly string[]): void {
    const sockets = new Map(this.#sockets)
    for (const name of names) {
      sockets.get(name)?.close()
      sockets.delete(name)
    }
    this.#sockets = sockets
  }

  /** What the files say is this from now on. Watchers and sockets were changed one by one. */
  note(config: Config): void {
    this.#config = config
  }

  /** A watcher exists no more. */
  forget(watcher: string): void {
    const definitions = new Map(this.#definitions)
    definitions.delete(watcher)
    this.#definitions = definitions
    this.#outputs.remove(watcher)
  }

  /** The sockets which processes of a watcher inherit, in the order of their descriptors. */
  listenersOf({ sockets }: WatcherOptions): readonly Listener[] {
    return sockets.flatMap((name) => this.#sockets.get(name) ?? [])
  }

  /** The socket which processes of a watcher have as their standard input. */
  stdinListenerOf({ stdinSocket }: WatcherOptions): Listener | undefined {
    return stdinSocket === null ? undefined : this.#sockets.get(stdinSocket)
  }

  /**
   * Changes to another configuration. Sockets that are the same in both stay open, with the connections that wait in them.
   * If something cannot be had, everything is as it was before.
   * @returns why not, or null
   */
  async adopt(config: Config): Promise<string | null> {
    const isSame = (name: string): boolean => {
      const [before, after] = [socketOf(this.#config, name), socketOf(config, name)]
      return before !== undefined && after !== undefined && isSameSocket(before, after)
    }
    const isNew = ({ name }: SocketOptions): boolean => !(this.#sockets.has(name) && isSame(name))
    const failure = await this.#exchange(isSame, config.sockets.filter(isNew), async () => {
      const outputs = await Outputs.open(config.watchers, this.#log)
      await this.#outputs.close()
      this.#outputs = outputs
    })
    if (failure !== null) {
      const reason = messageOf(failure.cause)
      const { lost } = failure
      return lost === null ? reason : `${reason}; and what was bound before is lost: ${lost}`
    }
    this.#config = config
    this.#definitions = byName(config)
    return null
  }

  /**
   * Closes the sockets that are not kept, then binds the wanted ones: a new one may have the address of one that goes.
   * @param also Must succeed, too; otherwise everything is as it was.
   * @returns what has failed, with what could not be bound again, or null
   */
  async #exchange(
    isKept: (name: string) => boolean,
    wanted: readonly SocketOptions[],
    also: () => Promise<void> = async () => {},
  ): Promise<{ readonly cause: unknown; readonly lost: string | null } | null> {
    const all = Array.from(this.#sockets)
    const kept = new Map(all.filter(([name]) => isKept(name)))
    const gone = new Map(all.filter(([name]) => !isKept(name)))
    closeSockets(gone)
    let opened: Sockets = new Map()
    try {
      opened = await openSockets(wanted, [], this.#log)
      await also()
      this.#sockets = new Map([...kept, ...opened])
      return null
    } catch (cause) {
      closeSockets(opened)
      return { cause, lost: await this.#bindAgain(gone, kept) }
    }
  }

  /** @returns what could not be bound again, or null */
  async #bindAgain(gone: Sockets, kept: Sockets): Promise<string | null> {
    try {
      const wanted = this.#config.sockets.filter(({ name }) => gone.has(name))
      const again = await openSockets(wanted, [], this.#log)
      this.#sockets = new Map([...kept, ...again])
      return null
    } catch (error) {
      this.#sockets = kept
      return messageOf(error)
    }
  }

  /** Writes what is waiting in the streams, and closes everything. */
  async close(): Promise<void> {
    await this.#outputs.close()
    closeSockets(this.#sockets)
  }
}

function byName({ watchers }: Config): ReadonlyMap<string, WatcherOptions> {
  return new Map(watchers.map((watcher) => [watcher.name, watcher]))
}

function socketOf({ sockets }: Config, name: string): SocketOptions | undefined {
  return sockets.find((socket) => socket.name === name)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
