import type { Scope } from '../scope.ts'

/** A subject at work. */
export interface Serving {
  /** Of 127.0.0.1. */
  readonly port: number
  /** All its processes, the supervising one included. */
  readonly pids: readonly number[]
}

/** A way to serve an app, compared with others. It ends with the scope. */
export interface Subject {
  readonly name: string
  /** Resolves when all its workers accept connections. */
  start(scope: Scope): Promise<Serving>
}
