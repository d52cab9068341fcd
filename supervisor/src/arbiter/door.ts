import type { KeyPair } from '../net/curve.ts'
import { newVerifier, PROOF_BYTES } from '../net/request-proof.ts'
import type { AuthorizedKeys } from './authorized-keys.ts'
import type { Caller } from './caller.ts'

/** What comes in through a door: the frames of the request, and who it is; null for somebody who claims what he cannot prove. */
export interface Arrival {
  readonly caller: Caller | null
  readonly frames: readonly Uint8Array[]
}

/** Tells whose requests come in at the control endpoint. */
export type Door = (frames: readonly Uint8Array[]) => Arrival

/** Of an endpoint without a lock: whoever can connect is trusted with everything, as in Circus. @param name For the audit. */
export function openDoor(name: string): Door {
  const caller: Caller = { name, role: 'admin' }
  return (frames) => ({ caller, frames })
}

/**
 * Of an endpoint locked with CURVE. A request with a proof has the role that its key has on the list at this moment. One without is
 * from one of the keys on the list, or it would not have come; which one is not known, so that it may only read.
 */
export function lockedDoor(server: KeyPair, list: Pick<AuthorizedKeys, 'keys'>): Door {
  const verify = newVerifier(server, (publicKey) => list.keys.has(publicKey))
  const unproved: Caller = { name: 'a key without proof', role: 'read' }
  return (frames) => {
    const [request, proof] = frames
    if (request === undefined || proof === undefined || frames.length !== 2) {
      return { caller: unproved, frames }
    }
    if (proof.byteLength !== PROOF_BYTES) return { caller: unproved, frames }
    const publicKey = verify(request, proof)
    const key = publicKey === undefined ? undefined : list.keys.get(publicKey)
    return { caller: key ?? null, frames: [request] }
  }
}
