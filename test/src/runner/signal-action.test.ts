import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signalAction } from '../../../runner/dist/signal-action.js'

const full = { type: 'drain', deadline: 'full', closeIdle: false }
const fast = { type: 'drain', deadline: 'fast', closeIdle: false }
const quick = { type: 'drain', deadline: 'fast', closeIdle: true }
const exit = { type: 'exit', why: 'drained' }
const interrupted = { type: 'exit', why: 'interrupted' }
const ignore = { type: 'ignore' }
const first = { isTerminal: false, isInterrupted: false }

for (const [phase, signal, context, action] of [
  ['loading', 'SIGTERM', first, exit],
  ['serving', 'SIGTERM', first, full],
  ['serving', 'SIGUSR2', first, full],
  ['serving', 'SIGQUIT', first, quick],
  ['serving', 'SIGINT', first, full],
  ['serving', 'SIGINT', { ...first, isTerminal: true }, fast],
  ['draining', 'SIGTERM', first, fast],
  ['draining', 'SIGINT', first, fast],
  ['draining', 'SIGINT', { ...first, isInterrupted: true }, interrupted],
  ['draining', 'SIGQUIT', first, quick],
  ['draining', 'SIGUSR2', first, ignore],
  ['closing', 'SIGTERM', first, ignore],
  ['closing', 'SIGINT', { ...first, isInterrupted: true }, interrupted],
  ['closing', 'SIGQUIT', first, exit],
] as const) {
  const where = `${context.isTerminal ? ' at a terminal' : ''}${context.isInterrupted ? ' again' : ''}`
  test(`${signal}${where} while ${phase}: ${JSON.stringify(action)}`, () => {
    assert.deepEqual(signalAction(phase, signal, context), action)
  })
}
