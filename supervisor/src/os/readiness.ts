/**
 * The signs by which a process shows that it can take work. This only watches and tells; what counts is decided elsewhere.
 *
 * Guaranteed: a line on the notify pipe was written by a process which holds its write end; its end of file means that
 * nobody holds it any more. Each probe that answers true is told once.
 * Not guaranteed: the end of file may come long after the process is gone (a child of it holds the pipe), or at once (it
 * closes what it does not know). A probe sees the moment it looks at: up to 100 ms late.
 */
import type { Readable } from 'node:stream'
import { NotificationParser } from './notification-parser.ts'

/** Pause before the first and between the first two probes, in ms: a small server listens after 30 to 100 ms. */
export const FIRST_PROBE_MS = 20
/** Longest pause between two probes in ms: a thousand slow starters must not keep a core busy. */
export const LONGEST_PROBE_MS = 100

export interface ReadinessCallbacks {
  /** READY=1, or what counts as it, came over the notify pipe. May come more than once. */
  readonly notified: () => void
  /** The probe answered true; there are no further probes. */
  readonly listening: () => void
  /** Another `KEY=value` came over the notify pipe. */
  readonly field: (key: string, value: string) => void
  /** The notify pipe is at its end: nobody can write to it any more. */
  readonly notifyClosed: () => void
}

/** A watch over one process. Both calls are idempotent. */
export interface ReadinessWatch {
  /** No further probe; the notify pipe is read on. */
  readonly stopProbing: () => void
  /** No further callback. The pipe stays open and is read no more: destroy it, or a writer will block. */
  readonly stop: () => void
}

/**
 * Watches one process. Timers do not keep the program running.
 * @param source.notify Read end of the notify pipe, null if there is none.
 * @param source.probe Looks whether the process listens, null = not asked.
 */
export function watchReadiness(
  source: { readonly notify: Readable | null; readonly probe: (() => boolean) | null },
  on: ReadinessCallbacks,
): ReadinessWatch {
  const stopReading = source.notify === null ? nothing : readNotifications(source.notify, on)
  const stopProbing = source.probe === null ? nothing : repeatProbe(source.probe, on.listening)
  const stop = (): void => {
    stopProbing()
    stopReading()
  }
  return { stopProbing, stop }
}

function readNotifications(notify: Readable, on: ReadinessCallbacks): () => void {
  const parser = new NotificationParser()
  const read = (chunk: Buffer): void => {
    for (const notification of parser.push(chunk)) {
      if (notification.type === 'ready') on.notified()
      else on.field(notification.key, notification.value)
    }
  }
  // A pipe which cannot be read is as good as closed: 'close' follows every 'error'.
  notify.on('error', nothing).on('data', read).on('close', on.notifyClosed)
  return () => notify.off('data', read).off('close', on.notifyClosed).pause()
}

function repeatProbe(probe: () => boolean, listening: () => void): () => void {
  let pauseMs = FIRST_PROBE_MS
  let timer = setTimeout(look, pauseMs).unref()
  function look(): void {
    if (probe()) return listening()
    pauseMs = Math.min(pauseMs * 2, LONGEST_PROBE_MS)
    timer = setTimeout(look, pauseMs).unref()
  }
  return () => clearTimeout(timer)
}

function nothing(): void {
  // Nothing was started, so there is nothing to stop.
}
