/**
 * Telling the service manager how we are (sd_notify(3), sd_watchdog_enabled(3)).
 *
 * Guaranteed: a notification is one datagram to the socket in NOTIFY_SOCKET, sent at once or not at all.
 * Not guaranteed: that it is heard. systemd drops what a process other than the main one says, unless the unit has
 * `NotifyAccess=all`. Without NOTIFY_SOCKET there is nobody to tell.
 */
import { MessageSocket } from './message-socket.ts'

/** Fields of a notification: `READY`, `STATUS`, ... A line feed in a value becomes a space. */
export type Notification = Readonly<Record<string, string | number>>

export interface ServiceManager {
  /** Never waits and never throws. */
  readonly notify: (notification: Notification) => void
  /** It ends us if `WATCHDOG=1` does not come again within this time, in ms; null if it does not watch us. */
  readonly watchdogMs: number | null
  readonly close: () => void
}

/**
 * The service manager which has started us; undefined if there is none.
 * @param pid Our own: a watchdog for another process (WATCHDOG_PID) is not for us.
 */
export function findServiceManager(
  environment: Readonly<Record<string, string | undefined>>,
  pid: number,
): ServiceManager | undefined {
  const path = environment['NOTIFY_SOCKET']
  // Other forms (vsock:) are for virtual machines.
  if (path === undefined || !/^[/@]./.test(path)) return undefined
  const socket = new MessageSocket({ family: 'unix', path })
  return {
    notify: (notification) => {
      const lines = Object.entries(notification).map(([key, value]) => {
        return `${key}=${String(value).replaceAll('\n', ' ')}\n`
      })
      socket.send(Buffer.from(lines.join('')))
    },
    watchdogMs: watchdogOf(environment, pid),
    close: () => socket.close(),
  }
}

function watchdogOf(
  environment: Readonly<Record<string, string | undefined>>,
  pid: number,
): number | null {
  const { WATCHDOG_USEC: microseconds = '', WATCHDOG_PID: watched } = environment
  if (watched !== undefined && watched !== String(pid)) return null
  return /^[1-9]\d*$/.test(microseconds) ? Number(microseconds) / 1_000 : null
}
