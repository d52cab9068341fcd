import type { Scope } from '../scope.ts'

/** A way to serve an app, compared with others. It ends with the scope. */
export interface Subject {
  readonly name: string
  /** Resolves to the port of 127.0.0.1 when all its workers accept connections. */
  start(scope: Scope): Promise<number>
}
