import type { Announcement } from '../core/effect.ts'

/**
 * The two frames of an event: the topic `watcher.NAME.EVENT`, with the watcher's name in lower case and `_` for
 * spaces, and a JSON object. Circus docs: "events".
 * @param time Wall-clock time in seconds since 1970, with fractions.
 * @param seq Number of the event among all that this circusd publishes, from 1. Not in Circus: ZeroMQ tells no subscriber that
 * it was too slow, so that a gap in these numbers is how it can know.
 */
export function encodeEvent(
  announcement: Announcement,
  time: number,
  seq: number,
): readonly [topic: string, payload: string] {
  const watcher = announcement.watcher.toLowerCase().replaceAll(' ', '_')
  return [
    `watcher.${watcher}.${announcement.name}`,
    JSON.stringify({ ...payload(announcement, time), seq }),
  ]
}

function payload(announcement: Announcement, time: number): object {
  switch (announcement.name) {
    case 'spawn':
    case 'kill':
      return { process_pid: announcement.pid, time }
    case 'reap':
      return { process_pid: announcement.pid, time, exit_code: announcement.exitCode }
    case 'start':
    case 'stop':
    case 'reload':
    case 'add':
    case 'remove':
    case 'updated':
      return { time }
    case 'hook_success':
      return { name: announcement.hook, time }
    case 'hook_failure':
      return { name: announcement.hook, time, error: announcement.error }
  }
}
