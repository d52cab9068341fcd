import { disarm, fallAsleep } from './demand.ts'
import { closeGate, openGate } from './gate.ts'
import { stopAllProcesses } from './turn-process.ts'
import { newSlot, upByWid, type Slot, type Turn, type Watcher } from './watcher-state.ts'

/** The watcher's status as far as it changes by itself. */
export function advanceStatus(turn: Turn): void {
  const { is, gate } = turn.watcher
  const mayEnd = gate === null || gate.hook === 'after_start'
  if (is === 'starting' && gate?.hook !== 'before_start' && isSettled(turn.watcher)) {
    if (isHopeless(turn.watcher)) giveUp(turn)
    // When nobody serves, what is left of those who should have is on its way out: then it is hopeless.
    else if (gate === null && isServed(turn.watcher) && !openGate(turn, 'after_start')) {
      becomeActive(turn)
    }
  } else if (is === 'active' && mayEnd && isHopeless(turn.watcher)) {
    giveUp(turn)
  }
  const { processes } = turn.watcher
  if (turn.watcher.is === 'stopping' && turn.watcher.gate === null && processes.length === 0) {
    becomeStopped(turn)
  }
}

/** Whether each slot has got its ready process, or will not get one. */
export function isSettled(watcher: Watcher): boolean {
  const holders = upByWid(watcher)
  return watcher.slots.every(
    (slot) => slot.is !== 'open' || (holders.get(slot.wid)?.some(isReady) ?? false),
  )
}

function isReady(process: { readonly is: string }): boolean {
  return process.is === 'ready'
}

/** Whether there is anybody to take work, or nobody is wanted. */
function isServed({ slots, processes }: Watcher): boolean {
  return slots.length === 0 || processes.some((one) => one.want === 'up' && isReady(one))
}

/** Whether no slot has a process, and none will get one by itself. */
function isHopeless(watcher: Watcher): boolean {
  const { processes, slots } = watcher
  return slots.length > 0 && processes.length === 0 && slots.every((slot) => slot.is !== 'open')
}

/** The watcher is to run. Every slot gets its process now, whatever happened before. */
export function beginUp(turn: Turn): void {
  disarm(turn)
  const { watcher } = turn
  const wasStopped = watcher.is === 'stopped'
  turn.watcher = {
    ...watcher,
    is: wasStopped ? 'starting' : watcher.is,
    want: 'up',
    refusal: null,
    hasEnded: false,
    lastExitCode: null,
  }
  reopenSlots(turn)
  if (wasStopped) openGate(turn, 'before_start')
}

/** An operator's start or reload forgets old failures. */
export function reopenSlots(turn: Turn): void {
  const reopened = turn.watcher.slots.map(({ wid, lastFailure }): Slot => {
    return { ...newSlot(wid), lastFailure }
  })
  turn.watcher = { ...turn.watcher, slots: reopened }
}

/** The watcher is to end because somebody wants it to. */
export function beginDown(turn: Turn): void {
  disarm(turn)
  turn.watcher = { ...turn.watcher, want: 'down', slots: [], hasEnded: false }
  if (turn.watcher.gate?.hook === 'before_start') {
    closeGate(turn)
    turn.watcher = { ...turn.watcher, is: 'stopped' }
  } else if (turn.watcher.is !== 'stopped') {
    beginStopping(turn)
  }
}

/** A hook does not want the watcher to run. If nobody else does either, that changes nothing. */
export function refuse(turn: Turn, reason: string): void {
  const { policy, want } = turn.watcher
  if (want !== 'up') return
  const isUnbegun = turn.watcher.gate?.hook === 'before_start'
  closeGate(turn)
  turn.watcher = { ...turn.watcher, want: 'down', refusal: reason, hasEnded: true }
  turn.effects.push({
    type: 'log',
    level: 'error',
    message: `${policy.name}: ${reason}`,
    watcher: policy.name,
  })
  if (policy.onDemand) fallAsleep(turn, true)
  if (isUnbegun) turn.watcher = { ...turn.watcher, is: 'stopped', slots: [] }
  else beginStopping(turn)
}

/** Nothing runs and nothing will: the watcher stops by itself. Its slots stay, because they know why. */
function giveUp(turn: Turn): void {
  closeGate(turn)
  const { policy, slots } = turn.watcher
  turn.watcher = { ...turn.watcher, want: 'down', hasEnded: true }
  if (policy.onDemand) {
    const hasFailed = slots.some(({ quickDeaths, failures }) => quickDeaths > 0 || failures > 0)
    fallAsleep(turn, hasFailed)
  }
  beginStopping(turn)
}

/** Everybody is told to stop, at once, as soon as the hook has ended. */
function beginStopping(turn: Turn): void {
  if (turn.watcher.is === 'stopping') {
    if (turn.watcher.gate === null) stopAllProcesses(turn)
    return
  }
  closeGate(turn)
  turn.watcher = { ...turn.watcher, is: 'stopping' }
  if (!openGate(turn, 'before_stop')) stopAllProcesses(turn)
}

export function becomeActive(turn: Turn): void {
  const { name, numprocesses, singleton } = turn.watcher.policy
  turn.watcher = { ...turn.watcher, is: 'active' }
  turn.effects.push(
    { type: 'announce', announcement: { name: 'start', watcher: name } },
    { type: 'log', level: 'info', message: `${name} started`, watcher: name },
  )
  if (numprocesses === 0 && !singleton) {
    const message = `${name}: numprocesses is 0, so nothing runs`
    turn.effects.push({ type: 'log', level: 'warning', message, watcher: name })
  }
}

function becomeStopped(turn: Turn): void {
  const { name } = turn.watcher.policy
  turn.watcher = { ...turn.watcher, is: 'stopped' }
  turn.effects.push(
    { type: 'announce', announcement: { name: 'stop', watcher: name } },
    { type: 'log', level: 'info', message: `${name} stopped`, watcher: name },
  )
}
