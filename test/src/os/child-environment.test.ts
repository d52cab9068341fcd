import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  childEnvironment,
  type Grant,
  type GrantedSocket,
  scrubInherited,
} from '../../../supervisor/dist/os/child-environment.js'

const WEB: GrantedSocket = {
  name: 'web',
  family: 'inet',
  host: '127.0.0.1',
  port: 8000,
  path: '',
  backlog: 2048,
}
const SIX: GrantedSocket = { ...WEB, name: 'six', family: 'inet6', host: '::1', port: 8001 }
const UNIX: GrantedSocket = {
  ...WEB,
  name: 'my-admin',
  family: 'unix',
  host: '',
  port: 0,
  path: '/run/a.sock',
}

const GRANT: Grant = { watcher: 'site', wid: 2, generation: 5, sockets: [], notify: false }

test('a process without sockets learns who it is, and of no socket', () => {
  assert.deepEqual(childEnvironment({ PATH: '/bin' }, GRANT), {
    PATH: '/bin',
    CIRCUS_WATCHER: 'site',
    CIRCUS_WID: '2',
    CIRCUS_GENERATION: '5',
  })
})

test('sockets are told in every convention, numbered from 3', () => {
  const environment = childEnvironment({}, { ...GRANT, sockets: [WEB, SIX, UNIX], notify: true })
  const { CIRCUS_SOCKETS, ...others } = environment
  assert.deepEqual(others, {
    CIRCUS_WATCHER: 'site',
    CIRCUS_WID: '2',
    CIRCUS_GENERATION: '5',
    LISTEN_FDS: '3',
    LISTEN_FDNAMES: 'web:six:my-admin',
    SERVER_STARTER_PORT: '127.0.0.1:8000=3;[::1]:8001=4;/run/a.sock=5',
    SERVER_STARTER_GENERATION: '5',
    NOTIFY_FD: '6',
    CIRCUS_FD_WEB: '3',
    CIRCUS_FD_SIX: '4',
    CIRCUS_FD_MY_ADMIN: '5',
  })
  assert.deepEqual(JSON.parse(CIRCUS_SOCKETS ?? ''), [
    { ...WEB, fd: 3 },
    { ...SIX, fd: 4 },
    { ...UNIX, fd: 5 },
  ])
})

test('what else a listener knows is not told', () => {
  const listener = { ...WEB, fd: 17, inode: 4242 }
  const { CIRCUS_SOCKETS } = childEnvironment({}, { ...GRANT, sockets: [listener] })
  assert.deepEqual(JSON.parse(CIRCUS_SOCKETS ?? ''), [{ ...WEB, fd: 3 }])
})

test('the notify pipe comes first where there are no sockets', () => {
  assert.equal(childEnvironment({}, { ...GRANT, notify: true })['NOTIFY_FD'], '3')
})

test('a colon in a name does not part LISTEN_FDNAMES', () => {
  const sockets = [{ ...WEB, name: 'a:b' }, SIX]
  assert.equal(childEnvironment({}, { ...GRANT, sockets })['LISTEN_FDNAMES'], 'a_b:six')
})

test('the grant wins over the settings', () => {
  const environment = childEnvironment(
    { CIRCUS_WID: '9', LISTEN_FDS: '9' },
    { ...GRANT, sockets: [WEB] },
  )
  assert.equal(environment['CIRCUS_WID'], '2')
  assert.equal(environment['LISTEN_FDS'], '1')
})

for (const name of [
  'LISTEN_FDS',
  'LISTEN_PID',
  'LISTEN_PIDFDID',
  'LISTEN_FDNAMES',
  'NOTIFY_SOCKET',
  'NOTIFY_FD',
  'WATCHDOG_USEC',
  'WATCHDOG_PID',
  'NODE_CHANNEL_FD',
  'NODE_CHANNEL_SERIALIZATION_MODE',
  'NODE_UNIQUE_ID',
  'NODE_APP_INSTANCE',
  'pm_id',
  'SERVER_STARTER_PORT',
  'EINHORN_FD_0',
  'CIRCUS_FD_WEB',
  'CIRCUS_SOCKETS',
]) {
  test(`${name} which we inherited is not handed on`, () => {
    assert.deepEqual(scrubInherited({ [name]: '1', PATH: '/bin' }), { PATH: '/bin' })
  })
}

test('variables which only look alike are handed on', () => {
  const environment = { LISTEN: '1', NODE_OPTIONS: '', NODE_ENV: 'production', PM2_HOME: '/x' }
  assert.deepEqual(scrubInherited(environment), environment)
})
