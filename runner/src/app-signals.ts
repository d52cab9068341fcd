import { type EventEmitter, once } from 'node:events'
import { constants } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'

/** Signals whose handlers an application installs to end itself. */
export type DeferredSignal = 'SIGTERM' | 'SIGINT' | 'SIGQUIT'

/** Longest time for the application's own clean-up after the drain, in ms. */
export const SHUTDOWN_TIMEOUT_MS = 10_000

/** The handlers that the application has installed for signals that the runner answers itself. */
export interface AppSignals {
  /**
   * Calls the handlers for `signal` in order. Resolves, with what they threw, when the promises they returned are
   * settled; if one returned none, when nothing keeps the process alive any more; in any case after
   * `SHUTDOWN_TIMEOUT_MS`. A handler may also end the process itself.
   */
  run(signal: DeferredSignal): Promise<readonly unknown[]>
}

/**
 * Holds back the application's signal handlers, from now on. Those of Nest, terminus and close-with-grace, or a plain
 * `process.on('SIGTERM', () => process.exit())`, would end the process while requests are being answered.
 * Handlers that were installed before are not touched.
 */
export function deferAppSignals(): AppSignals {
  const held = new Map<string | symbol, Listener[]>([
    ['SIGTERM', []],
    ['SIGINT', []],
    ['SIGQUIT', []],
  ])
  const adding = (add: Method, place: 'push' | 'unshift'): Method => {
    return (event, listener) => {
      const listeners = held.get(event)
      if (!listeners) return add(event, listener)
      listeners[place](listener)
      return process
    }
  }
  const removing = (remove: Method): Method => {
    return (event, listener) => {
      const listeners = held.get(event)
      if (!listeners) return remove(event, listener)
      const last = listeners.lastIndexOf(listener)
      if (last !== -1) listeners.splice(last, 1)
      return process
    }
  }
  const emitter: EventEmitter = process
  const removeAll = emitter.removeAllListeners.bind(emitter)
  Object.assign(process, {
    on: adding(emitter.on.bind(emitter), 'push'),
    addListener: adding(emitter.addListener.bind(emitter), 'push'),
    once: adding(emitter.once.bind(emitter), 'push'),
    prependListener: adding(emitter.prependListener.bind(emitter), 'unshift'),
    prependOnceListener: adding(emitter.prependOnceListener.bind(emitter), 'unshift'),
    off: removing(emitter.off.bind(emitter)),
    removeListener: removing(emitter.removeListener.bind(emitter)),
    removeAllListeners: (event?: string | symbol) => {
      for (const name of event === undefined ? emitter.eventNames() : [event]) {
        if (held.has(name)) held.set(name, [])
        else removeAll(name)
      }
      return process
    },
  })
  return { run: (signal) => runAll(signal, held.get(signal) ?? []) }
}

type Listener = (...args: unknown[]) => unknown
type Method = (event: string | symbol, listener: Listener) => unknown

async function runAll(
  signal: DeferredSignal,
  listeners: readonly Listener[],
): Promise<readonly unknown[]> {
  const thrown: unknown[] = []
  let isOpenEnded = false
  const finished = listeners.map(async (listener) => {
    try {
      const result = listener.call(process, signal, constants.signals[signal])
      isOpenEnded ||= !(result instanceof Promise)
      await result
    } catch (error) {
      thrown.push(error)
    }
  })
  const end = isOpenEnded ? once(process, 'beforeExit') : Promise.all(finished)
  await Promise.race([end, delay(SHUTDOWN_TIMEOUT_MS, undefined, { ref: false })])
  return thrown
}
