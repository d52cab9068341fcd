/** Workers at one port which can be replaced by new ones. */
export interface Reloadable {
  /** Of 127.0.0.1. */
  readonly port: number
  /** Living workers, also those which still drain. */
  workerPids(): readonly number[]
  /** Resolves when all workers have successors which accept; the old ones may still drain. */
  reload(): Promise<void>
}
