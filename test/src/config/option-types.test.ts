import assert from 'node:assert/strict'
import { test } from 'node:test'
import { account } from '../../../supervisor/dist/config/account-type.js'
import { backoff } from '../../../supervisor/dist/config/backoff-type.js'
import { listenPid } from '../../../supervisor/dist/config/listen-pid-type.js'
import { logOutput } from '../../../supervisor/dist/config/log-output-type.js'
import type { OptionType, WireValue } from '../../../supervisor/dist/config/option-type.js'
import {
  boolean,
  endpoint,
  integer,
  list,
  octal,
  oneOf,
  seconds,
  size,
  text,
} from '../../../supervisor/dist/config/option-types.js'
import { readiness } from '../../../supervisor/dist/config/readiness-type.js'
import { resourceLimit } from '../../../supervisor/dist/config/resource-limits.js'
import { signal } from '../../../supervisor/dist/config/signal-type.js'
import { socketName } from '../../../supervisor/dist/config/socket-name-type.js'
import { useSockets } from '../../../supervisor/dist/config/use-sockets-type.js'

const platform = { signals: { SIGQUIT: 3, SIGUSR1: 10, SIGTERM: 15, SIGRTMIN: 34 } }

const count = integer({ min: -1, max: 100 })
const span = seconds({ min: 0 })
const level = oneOf(['warning', 'info', 'debug'], { warn: 'warning' })

const accepted: [
  type: string,
  is: OptionType<unknown>,
  text: string,
  value: unknown,
  wire: WireValue,
][] = [
  ['bool', boolean, 'yes', true, true],
  ['bool', boolean, 'TRUE', true, true],
  ['bool', boolean, 'On', true, true],
  ['bool', boolean, '1', true, true],
  ['bool', boolean, 'no', false, false],
  ['bool', boolean, 'False', false, false],
  ['bool', boolean, 'OFF', false, false],
  ['bool', boolean, '0', false, false],
  ['text', text, ' as it is ', ' as it is ', ' as it is '],
  ['integer', count, '0', 0, 0],
  ['integer', count, '-0', 0, 0],
  ['integer', count, '+42', 42, 42],
  ['integer', count, '-1', -1, -1],
  ['integer', count, '007', 7, 7],
  ['integer', count, '1_0_0', 100, 100],
  ['seconds', span, '30', 30_000, 30],
  ['seconds', span, '0.5', 500, 0.5],
  ['seconds', span, '.25', 250, 0.25],
  ['seconds', span, '1e3', 1_000_000, 1000],
  ['seconds', span, '1_000', 1_000_000, 1000],
  ['seconds', span, '0.0004', 0, 0],
  ['seconds', seconds({ min: -1 }), '-0', 0, 0],
  ['seconds', seconds({ min: 0, max: 3e7 }), '3e7', 30_000_000_000, 30_000_000],
  ['octal', octal, '022', 0o22, '022'],
  ['octal', octal, '0', 0, '000'],
  ['octal', octal, '0o777', 0o777, '777'],
  ['size', size, '1000000', 1_000_000, 1_000_000],
  ['size', size, '64K', 65_536, 65_536],
  ['size', size, '10 MB', 10_485_760, 10_485_760],
  ['size', size, '1GiB', 1_073_741_824, 1_073_741_824],
  ['list', list, ' a  b\nc ', ['a', 'b', 'c'], ['a', 'b', 'c']],
  ['list', list, '', [], []],
  ['word', level, 'INFO', 'info', 'info'],
  ['word', level, 'Warn', 'warning', 'warning'],
  ['endpoint', endpoint, 'tcp://127.0.0.1:5555', 'tcp://127.0.0.1:5555', 'tcp://127.0.0.1:5555'],
  ['endpoint', endpoint, 'tcp://*:*', 'tcp://*:*', 'tcp://*:*'],
  ['endpoint', endpoint, 'ipc:///run/c.sock', 'ipc:///run/c.sock', 'ipc:///run/c.sock'],
  ['signal', signal, '15', 15, 15],
  ['signal', signal, 'SIGTERM', 15, 15],
  ['signal', signal, 'term', 15, 15],
  ['signal', signal, 'SigUsr1', 10, 10],
  ['signal', signal, 'RTMIN+2', 36, 36],
  ['signal', signal, 'sigrtmin + 2', 36, 36],
  ['ready', readiness, 'auto', { kind: 'auto' }, 'auto'],
  ['ready', readiness, 'Notify', { kind: 'notify' }, 'notify'],
  ['ready', readiness, 'listen', { kind: 'listen' }, 'listen'],
  ['ready', readiness, 'none', { kind: 'none' }, 'none'],
  ['ready', readiness, 'delay:2.5', { kind: 'delay', delayMs: 2500 }, 'delay:2.5'],
  ['ready', readiness, 'delay: 2', { kind: 'delay', delayMs: 2000 }, 'delay:2'],
  ['backoff', backoff, '1s..60s', { minMs: 1000, maxMs: 60_000 }, '1s..60s'],
  ['backoff', backoff, '500ms .. 5M', { minMs: 500, maxMs: 300_000 }, '0.5s..300s'],
  ['backoff', backoff, '1..1.5h', { minMs: 1000, maxMs: 5_400_000 }, '1s..5400s'],
  ['backoff', backoff, '2s', { minMs: 2000, maxMs: 2000 }, '2s..2s'],
  ['use_sockets', useSockets, 'true', true, true],
  ['use_sockets', useSockets, 'Off', false, false],
  ['use_sockets', useSockets, 'Web, admin', ['web', 'admin'], ['web', 'admin']],
  ['use_sockets', useSockets, 'web admin', ['web', 'admin'], ['web', 'admin']],
  ['listen_pid', listenPid, 'AUTO', 'auto', 'auto'],
  ['listen_pid', listenPid, 'yes', true, true],
  ['listen_pid', listenPid, 'false', false, false],
  ['account', account, 'www-data', 'www-data', 'www-data'],
  ['account', account, '_apt.1', '_apt.1', '_apt.1'],
  ['account', account, 'HOST$', 'HOST$', 'HOST$'],
  ['account', account, '0', '0', 0],
  ['account', account, '4294967294', '4294967294', 4_294_967_294],
  ['limit', resourceLimit, '0', 0, 0],
  ['limit', resourceLimit, '+1_000', 1000, 1000],
  ['limit', resourceLimit, '', 'infinity', 'infinity'],
  ['limit', resourceLimit, 'UNLIMITED', 'infinity', 'infinity'],
  ['socket', socketName, 'Web', 'web', 'web'],
  ['logoutput', logOutput, '-', '-', '-'],
  ['logoutput', logOutput, 'stdout', 'stdout', 'stdout'],
  ['logoutput', logOutput, '/var/log/c.log', '/var/log/c.log', '/var/log/c.log'],
  ['logoutput', logOutput, 'syslog:///dev/log', 'syslog:///dev/log', 'syslog:///dev/log'],
]

for (const [type, is, written, value, wire] of accepted) {
  test(`${type}: "${written}" is ${JSON.stringify(value)}`, () => {
    assert.deepEqual(is.parse(written, platform), { ok: true, value })
    assert.deepEqual(is.toWire(value), wire)
  })
}

const refused: [
  type: string,
  is: OptionType<unknown>,
  text: string,
  wrong: string,
  instead?: string,
][] = [
  ['bool', boolean, '', 'is not a yes or no'],
  ['bool', boolean, 'maybe', 'is not a yes or no'],
  ['integer', count, '', 'is not a whole number'],
  ['integer', count, '1.5', 'is not a whole number'],
  ['integer', count, '1e2', 'is not a whole number'],
  ['integer', count, '0x10', 'is not a whole number'],
  ['integer', count, '1__0', 'is not a whole number'],
  ['integer', count, '-2', 'is too small'],
  ['integer', count, '101', 'is too large'],
  ['integer', integer(), '9'.repeat(400), 'is too large'],
  ['integer', integer(), `-${'9'.repeat(400)}`, 'is too small'],
  ['seconds', span, '', 'is not a number'],
  ['seconds', span, 'soon', 'is not a number'],
  ['seconds', span, 'inf', 'is not a number'],
  ['seconds', span, 'nan', 'is not a number'],
  ['seconds', span, '30s', 'has a unit', 'it is always in seconds: write the number alone'],
  ['seconds', span, '500 ms', 'has a unit', 'it is always in seconds: write the number alone'],
  ['seconds', span, '-1', 'is too small'],
  ['seconds', span, '2147484', 'is too large'],
  ['seconds', span, '1e999', 'is too large'],
  ['octal', octal, '18', 'is not an octal number'],
  ['octal', octal, '1777', 'is too large'],
  ['size', size, '10 apples', 'is not a size'],
  ['size', size, '-1', 'is not a size'],
  ['size', size, '99999999999999999999G', 'is too large'],
  ['word', level, 'inf', 'is not known', 'did you mean info?'],
  ['word', level, 'loud', 'is not known'],
  ['word', level, 'constructor', 'is not known'],
  ['endpoint', endpoint, '127.0.0.1:5555', 'is not an address'],
  ['endpoint', endpoint, 'tcp://127.0.0.1', 'is not an address'],
  ['endpoint', endpoint, 'udp://127.0.0.1:1', 'is not an address'],
  ['endpoint', endpoint, 'tcp://127.0.0.1:65536', 'has a port above 65535'],
  ['signal', signal, '0', 'is not a signal', 'signals have the numbers 1 to 64'],
  ['signal', signal, 'RTMIN+31', 'is not a signal', 'signals have the numbers 1 to 64'],
  ['signal', signal, '-15', 'is not a signal'],
  ['signal', signal, 'SIGTREM', 'is not a signal of this system', 'did you mean SIGTERM?'],
  ['signal', signal, 'constructor', 'is not a signal of this system'],
  ['ready', readiness, 'delay', 'has no valid number of seconds', 'write it as in delay:2.5'],
  ['ready', readiness, 'delay:-1', 'has no valid number of seconds', 'write it as in delay:2.5'],
  ['ready', readiness, 'notfy', 'is not known', 'did you mean notify?'],
  ['ready', readiness, 'auto:1', 'is not known', 'did you mean auto?'],
  ['backoff', backoff, 'fast', 'is not a pair of times'],
  ['backoff', backoff, '1s..2s..3s', 'is not a pair of times'],
  ['backoff', backoff, '1s..', 'is not a pair of times'],
  ['backoff', backoff, '60s..1s', 'begins with the longer time'],
  ['backoff', backoff, '0s..1s', 'is out of range'],
  ['backoff', backoff, '1s..25h', 'is out of range'],
  ['use_sockets', useSockets, '', 'names no socket'],
  ['use_sockets', useSockets, ' , ', 'names no socket'],
  ['listen_pid', listenPid, 'maybe', 'is not known'],
  ['account', account, 'a b', 'is no name of an account'],
  ['account', account, '-1', 'is no name of an account'],
  ['account', account, '4294967295', 'is too large'],
  ['limit', resourceLimit, '1.5', 'is no limit'],
  ['limit', resourceLimit, '9007199254740993', 'is too large', 'write infinity'],
  ['logoutput', logOutput, 'syslog:', 'is no address of a syslog daemon'],
]

for (const [type, is, written, wrong, instead] of refused) {
  test(`${type}: "${written.slice(0, 30)}" ${wrong}`, () => {
    const expected = instead === undefined ? { wrong } : { wrong, instead }
    assert.deepEqual(is.parse(written, platform), { ok: false, ...expected })
  })
}
