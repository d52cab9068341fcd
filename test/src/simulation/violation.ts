/** The core has broken an invariant. */
export class Violation extends Error {
  override readonly name = 'Violation'
  /** Name of the invariant, as in `invariants.ts`. */
  readonly invariant: string

  constructor(invariant: string, detail: string, options?: ErrorOptions) {
    super(`${invariant}: ${detail}`, options)
    this.invariant = invariant
  }
}
