/** Longest line of the notify pipe in bytes: as much as one write to a pipe keeps in one piece (PIPE_BUF). The rest is cut. */
export const NOTIFICATION_LINE_BYTES = 4096

/** What a process told over its notify pipe: that it is ready, or one `KEY=value` (sd_notify(3): STATUS, WATCHDOG, ...). */
export type Notification =
  | { readonly type: 'ready' }
  | { readonly type: 'field'; readonly key: string; readonly value: string }

const LINE_FEED = 0x0a

/**
 * Bytes of a notify pipe to notifications. Lines end with LF; one without its LF is not told, for it may be half a line.
 * Ready is `READY=1`, or a first line without `=`, which may be empty (s6 notification-fd). Later lines without `=` say nothing.
 */
export class NotificationParser {
  #line = Buffer.alloc(0)
  #isFirst = true

  push(chunk: Uint8Array): readonly Notification[] {
    const notifications: Notification[] = []
    let start = 0
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      this.#extend(chunk.subarray(start, end))
      start = end + 1
      const notification = interpret(this.#line.toString('utf8'), this.#isFirst)
      if (notification !== undefined) notifications.push(notification)
      this.#isFirst = false
      this.#line = Buffer.alloc(0)
    }
    this.#extend(chunk.subarray(start))
    return notifications
  }

  #extend(bytes: Uint8Array): void {
    const room = NOTIFICATION_LINE_BYTES - this.#line.length
    this.#line = Buffer.concat([this.#line, bytes.subarray(0, room)])
  }
}

function interpret(line: string, isFirst: boolean): Notification | undefined {
  const equals = line.indexOf('=')
  if (equals === -1) return isFirst ? { type: 'ready' } : undefined
  if (line === 'READY=1') return { type: 'ready' }
  return { type: 'field', key: line.slice(0, equals), value: line.slice(equals + 1) }
}
