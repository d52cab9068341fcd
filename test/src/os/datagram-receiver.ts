import assert from 'node:assert/strict'
import { closeSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { TestContext } from 'node:test'
import { call } from '../../../supervisor/dist/os/libc.js'
import { encodeUnixAddress } from '../../../supervisor/dist/os/socket-address.js'
import { bind, socket } from '../../../supervisor/dist/os/socket-calls.js'

const AF_UNIX = 1
const SOCK_DGRAM = 2

/** The other side: a bound unix datagram socket. */
export interface DatagramReceiver {
  readonly close: () => void
  /** The next message; it rejects after some seconds without one. */
  readonly receive: () => Promise<string>
  /** What is there now, or undefined. */
  readonly poll: () => string | undefined
}

/** @param path In the file system, or `@name` for an abstract address. */
export function datagramReceiver(t: TestContext, path: string): DatagramReceiver {
  const fd = socket(AF_UNIX, SOCK_DGRAM, false)
  assert.ok(fd >= 0)
  const address = encodeUnixAddress(path)
  const isAbstract = path.startsWith('@')
  if (isAbstract) address[2] = 0
  assert.equal(bind(fd, isAbstract ? address.subarray(0, 2 + path.length) : address), 0)
  let isOpen = true
  const close = (): void => {
    if (isOpen) closeSync(fd)
    isOpen = false
  }
  t.after(close)
  const poll = (): string | undefined => {
    const bytes = Buffer.alloc(65_536)
    const definition = 'long recv(int, void *, unsigned long, int)'
    const length = call(definition, fd, bytes, bytes.length, 0)
    return length < 0 ? undefined : bytes.toString('utf8', 0, length)
  }
  const receive = async (): Promise<string> => {
    for (let tries = 0; tries < 1_000; tries += 1) {
      const message = poll()
      if (message !== undefined) return message
      await delay(10)
    }
    return assert.fail('waited in vain for a message')
  }
  return { close, receive, poll }
}
