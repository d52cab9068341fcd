import type { Access } from '../protocol/access.ts'

/** Who sends a request, as far as it was proved. */
export interface Caller {
  /** The name of its key, or the transport by which everybody who can come is trusted. */
  readonly name: string
  readonly role: Access
}
