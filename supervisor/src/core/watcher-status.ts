import { upByWid, type Turn, type Watcher } from './watcher-state.ts'

/** The one place where a watcher's status changes by itself. */
export function advanceStatus(turn: Turn): void {
  const { watcher } = turn
  if (watcher.is === 'starting' && isSettled(watcher)) {
    if (isHopeless(watcher)) giveUp(turn)
    else becomeActive(turn)
  } else if (watcher.is === 'active' && isHopeless(watcher)) {
    giveUp(turn)
  }
  if (turn.watcher.is === 'stopping' && turn.watcher.processes.length === 0) becomeStopped(turn)
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

/** Whether no slot has a process, and none will get one by itself. */
function isHopeless(watcher: Watcher): boolean {
  const { processes, slots } = watcher
  return slots.length > 0 && processes.length === 0 && slots.every((slot) => slot.is !== 'open')
}

/** Nothing runs and nothing will: the watcher stops by itself. Its slots stay, because they know why. */
function giveUp(turn: Turn): void {
  turn.watcher = { ...turn.watcher, is: 'stopping', want: 'down' }
}

function becomeActive(turn: Turn): void {
  const { name, numprocesses, singleton } = turn.watcher.policy
  turn.watcher = { ...turn.watcher, is: 'active' }
  turn.effects.push(
    { type: 'announce', announcement: { name: 'start', watcher: name } },
    { type: 'log', level: 'info', message: `${name} started` },
  )
  if (numprocesses === 0 && !singleton) {
    const message = `${name}: numprocesses is 0, so nothing runs`
    turn.effects.push({ type: 'log', level: 'warning', message })
  }
}

function becomeStopped(turn: Turn): void {
  const { name } = turn.watcher.policy
  turn.watcher = { ...turn.watcher, is: 'stopped', want: 'down' }
  turn.effects.push(
    { type: 'announce', announcement: { name: 'stop', watcher: name } },
    { type: 'log', level: 'info', message: `${name} stopped` },
  )
}
