import type { Server } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { type Exports, type Interface, recognise, UnrecognisedAppError } from '@bigtop/adapters'
import { locateApp } from './locate-app.ts'
import { BootError, LoadError } from './runner-error.ts'

export interface LoadOptions {
  readonly app: string
  readonly attr: string | undefined
  readonly appArguments: readonly string[]
  readonly interface: Interface
  readonly loadTimeoutMs: number
}

/** An application that is ready to be served. */
export interface LoadedApp {
  readonly server: Server
  /** What it was taken for, for log lines. */
  readonly name: string
}

/**
 * Loads the application and finds what it exports, in at most `loadTimeoutMs`. Sets `process.argv` to what the
 * application would see if Node had been started with it.
 * @throws {LoadError} If it cannot be found, throws, or exports nothing that can be served.
 * @throws {BootError} If it takes too long. It may go on loading: the process is to be ended.
 */
export async function loadApp(options: LoadOptions): Promise<LoadedApp> {
  const location = locateApp(options.app, process.cwd())
  process.argv = [process.execPath, location.path, ...options.appArguments]
  const timeout = new AbortController()
  try {
    return await Promise.race([importApp(location.url, options), tooLate(options, timeout.signal)])
  } finally {
    timeout.abort()
  }
}

async function importApp(url: string, options: LoadOptions): Promise<LoadedApp> {
  try {
    const exports: Exports = await import(url)
    const app = await recognise(exports, { attr: options.attr, interface: options.interface })
    return { server: await app.createServer(), name: app.name }
  } catch (error) {
    if (error instanceof UnrecognisedAppError) {
      throw new LoadError(`Cannot serve ${options.app}: ${error.message}`)
    }
    throw new LoadError(`Cannot load ${options.app}: it threw an exception`, { cause: error })
  }
}

// The timer also keeps the process alive for a top-level await that nothing else would wake.
async function tooLate(options: LoadOptions, signal: AbortSignal): Promise<never> {
  await delay(options.loadTimeoutMs, undefined, { signal })
  throw new BootError(
    `Cannot serve ${options.app}: it has not finished loading after ${options.loadTimeoutMs / 1000} s`,
  )
}
