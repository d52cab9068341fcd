import type { Scope } from '../scope.ts'

/** Whether a client uses its connection again or opens one for each request. */
export type ConnectionUse = 'keep-alive' | 'new connection'

/** Connections open at the same time: enough that no worker waits for the next request. */
export const CONNECTIONS = 64

/** A program that asks for `GET /` as fast as it gets answers. */
export interface Generator {
  /** What it is, for the notes of the report. */
  readonly description: string
  /**
   * @param port Of 127.0.0.1.
   * @returns Requests answered per second.
   * @throws {Error} If any request failed: such a throughput means nothing.
   */
  measure(scope: Scope, port: number, use: ConnectionUse, seconds: number): Promise<number>
}
