import type { Announcement } from '../core/effect.ts'
import type { PublisherSocket } from '../net/zmq.ts'
import { encodeEvent } from '../protocol/events.ts'

export interface Publisher {
  /** Tells all subscribers. Who is not connected yet, or too slow, does not hear it. */
  publish(announcement: Announcement): void
}

/** @param wallClock Wall-clock time in seconds since 1970, with fractions. */
export function createPublisher(
  socket: Pick<PublisherSocket, 'send'>,
  wallClock: () => number,
): Publisher {
  let seq = 0
  return {
    publish: (announcement) => {
      seq += 1
      socket.send(encodeEvent(announcement, wallClock(), seq))
    },
  }
}
