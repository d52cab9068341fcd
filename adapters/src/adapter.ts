import type { Recognised } from './recognised.ts'

/**
 * Looks at one exported value and says what it is, or `undefined` when it is none of this adapter's.
 * Looks only: it calls nothing and never throws.
 */
export type Adapter = (value: unknown) => Recognised | undefined
