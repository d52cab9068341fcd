import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  parseSyslogAddress,
  type SyslogAddress,
} from '../../../supervisor/dist/config/syslog-address.js'

const accepted: [text: string, address: SyslogAddress][] = [
  ['syslog://loghost', { kind: 'udp', host: 'loghost', port: 514, facility: 'user' }],
  [
    'syslog://10.0.0.1:5514?daemon',
    { kind: 'udp', host: '10.0.0.1', port: 5514, facility: 'daemon' },
  ],
  ['syslog://[::1]:514?LOCAL7', { kind: 'udp', host: '::1', port: 514, facility: 'local7' }],
  ['syslog:///dev/log', { kind: 'unix', path: '/dev/log', facility: 'user' }],
  ['syslog:///dev/log?local0', { kind: 'unix', path: '/dev/log', facility: 'local0' }],
]

for (const [text, address] of accepted) {
  test(`syslog address: ${text}`, () => {
    assert.deepEqual(parseSyslogAddress(text), { ok: true, value: address })
  })
}

const refused: [text: string, wrong: string, instead?: string][] = [
  ['syslog:', 'is no address of a syslog daemon'],
  ['syslog:/dev/log', 'is no address of a syslog daemon'],
  ['syslog://host:port', 'is no address of a syslog daemon'],
  ['syslog://', 'names neither a host nor a socket'],
  ['syslog://?user', 'names neither a host nor a socket'],
  ['syslog://host/dev/log', 'names both a host and a socket'],
  ['syslog://host:0', 'has a port that is not from 1 to 65535'],
  ['syslog://host:65536', 'has a port that is not from 1 to 65535'],
  ['syslog:///dev/log?deamon', 'names no facility of syslog', 'did you mean daemon?'],
  ['syslog:///dev/log?', 'names no facility of syslog'],
  ['syslog:///dev/log?constructor', 'names no facility of syslog'],
]

for (const [text, wrong, instead] of refused) {
  test(`syslog address: ${text} ${wrong}`, () => {
    const expected = instead === undefined ? { wrong } : { wrong, instead }
    assert.deepEqual(parseSyslogAddress(text), { ok: false, ...expected })
  })
}
