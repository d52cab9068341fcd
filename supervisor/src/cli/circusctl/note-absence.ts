import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { liveLine } from './live-line.ts'
import type { OutputStyle } from './output-style.ts'
import { probeEndpoint } from './probe-endpoint.ts'

/** Time in which circusd has answered nearly always, in ms. */
const PATIENCE_MS = 300

/** Tells a person who waits in vain, because nobody listens at the endpoint, why that is. Ends with `signal`; never rejects. */
export async function noteAbsence(
  endpoint: string,
  style: OutputStyle,
  signal: AbortSignal,
): Promise<void> {
  const line = liveLine(style)
  try {
    await setTimeout(PATIENCE_MS, undefined, { signal })
    const { type } = await probeEndpoint(endpoint)
    if (type !== 'nobody') return
    line.show(`Nobody listens at ${endpoint} yet, waiting`)
    if (!signal.aborted) await once(signal, 'abort')
  } catch {
    // The wait is over.
  } finally {
    line.clear()
  }
}
