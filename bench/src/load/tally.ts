import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'
import type { ServerClose } from './connection.ts'
import { noFailures, sumOfFailures, type FailureCounts, type FailureKind } from './failure.ts'

/** `reload` while workers are being replaced, `steady` otherwise. */
export type Phase = 'steady' | 'reload'

/** When a request was sent. */
export interface Sent {
  readonly phase: Phase
  readonly phaseChanges: number
  readonly at: number
}

/** Latency of the answered requests of one phase, in ms; all 0 where there were none. */
export interface LatencyReport {
  readonly requests: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

/** What a load saw. `sent` = `answered` + all `failures`, else the client itself is wrong. */
export interface LoadReport {
  readonly sent: number
  readonly answered: number
  readonly failures: FailureCounts
  /**
   * Connections which a client would have used again and the server ended: after it had said so in a response, or
   * without a word, while idle or within a request.
   */
  readonly closes: Readonly<Record<ServerClose, number>>
  readonly latency: Readonly<Record<Phase, LatencyReport>>
  /** Time in which requests were sent, in s. */
  readonly seconds: number
}

/** Counts how requests end. Memory does not grow with their number. */
export class Tally {
  readonly #startedAt = performance.now()
  readonly #failures: Record<FailureKind, number> = { ...noFailures }
  readonly #closes: Record<ServerClose, number> = { announced: 0, unannounced: 0 }
  readonly #latency: Record<Phase, RecordableHistogram> = {
    steady: createHistogram(),
    reload: createHistogram(),
  }
  #phase: Phase = 'steady'
  #phaseChanges = 0
  #sent = 0
  #answered = 0

  enter(phase: Phase): void {
    this.#phase = phase
    this.#phaseChanges += 1
  }

  countSent(): Sent {
    this.#sent += 1
    return { phase: this.#phase, phaseChanges: this.#phaseChanges, at: performance.now() }
  }

  /** A request which overlaps a reload, even by a moment, counts as one of the reload. */
  countAnswered(sent: Sent): void {
    this.#answered += 1
    const phase = sent.phaseChanges === this.#phaseChanges ? sent.phase : 'reload'
    const microseconds = Math.round((performance.now() - sent.at) * 1_000)
    this.#latency[phase].record(Math.max(1, microseconds))
  }

  countFailure(kind: FailureKind): void {
    this.#failures[kind] += 1
  }

  countClose(close: ServerClose | null): void {
    if (close !== null) this.#closes[close] += 1
  }

  /**
   * @throws {Error} If a request was sent and its end not counted.
   */
  report(): LoadReport {
    const ended = this.#answered + sumOfFailures(this.#failures)
    if (ended !== this.#sent) {
      throw new Error(`Cannot report the load: ${this.#sent} requests sent, ${ended} ended`)
    }
    return {
      sent: this.#sent,
      answered: this.#answered,
      failures: { ...this.#failures },
      closes: { ...this.#closes },
      latency: {
        steady: latencyReport(this.#latency.steady),
        reload: latencyReport(this.#latency.reload),
      },
      seconds: (performance.now() - this.#startedAt) / 1_000,
    }
  }
}

function latencyReport(histogram: RecordableHistogram): LatencyReport {
  const requests = histogram.count
  if (requests === 0) return { requests, p50Ms: 0, p99Ms: 0, maxMs: 0 }
  const ms = (microseconds: number): number => microseconds / 1_000
  return {
    requests,
    p50Ms: ms(histogram.percentile(50)),
    p99Ms: ms(histogram.percentile(99)),
    maxMs: ms(histogram.max),
  }
}
