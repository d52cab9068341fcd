import type { TestContext } from 'node:test'
import { type Listener, openListener, type SocketSpec } from '../../../supervisor/dist/os/socket.js'

/** A TCP socket on a free port of the loopback, with nothing else in the spec but what a test says. */
export function socketSpec(spec: Partial<SocketSpec> = {}): SocketSpec {
  return {
    name: 'web',
    family: 'inet',
    host: '127.0.0.1',
    port: 0,
    path: '',
    umask: undefined,
    replace: false,
    backlog: 2048,
    blocking: false,
    ...spec,
  }
}

/** Opens a listener which is closed when the test ends. */
export function openedListener(t: TestContext, spec: Partial<SocketSpec> = {}): Listener {
  const listener = openListener(socketSpec(spec))
  t.after(() => listener.close())
  return listener
}
