import type { Server } from 'node:net'

/** The kinds of application that can be served, each with a file of its own in this folder. */
export type Family = 'server' | 'koa' | 'express' | 'fetch' | 'node'

/** An application that can be served, found among the exports of a module. */
export interface Recognised {
  readonly family: Family
  /** What it was taken for, in a word or two for log lines: `Koa`. */
  readonly name: string
  /** What it was taken for and why, for people who wonder: `default has callback() and a middleware array`. */
  readonly explanation: string
  /**
   * The server that answers with the application: its own, or a new `http.Server`. It does not listen yet.
   * To be called once; loads what the family needs, so families that are not used cost no start-up time.
   */
  createServer(): Promise<Server>
}
