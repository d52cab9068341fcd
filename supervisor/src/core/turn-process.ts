import { backoffDelay } from './backoff.ts'
import { stepProcess } from './process.ts'
import { newProcess, type Process, type ProcessInput, type ProcessNews } from './process-state.ts'
import { describeExit } from './process-stop.ts'
import { changeSlot, hasPredecessor, SETTLED_AFTER_MS, type Turn } from './watcher-state.ts'

/** Gives one input to one process of the turn's watcher and draws the consequences for its slot. */
export function turnProcess(turn: Turn, process: Process, input: ProcessInput): ProcessNews {
  const { watcher, moment } = turn
  const step = stepProcess(process, input, watcher.policy, moment)
  turn.effects.push(...step.effects)
  const index = watcher.processes.findIndex(({ id }) => id === process.id)
  const processes =
    step.process.is === 'dead'
      ? watcher.processes.toSpliced(index, 1)
      : watcher.processes.with(index, step.process)
  turn.watcher = { ...watcher, processes }
  noteForJob(turn, process, step.process)
  judgeSlot(turn, process, step.news)
  return step.news
}

/** Asks a process to end, unless it is ending already. */
export function stopProcess(turn: Turn, process: Process, want: 'down' | 'retired'): void {
  turnProcess(turn, process, { type: 'stop', want })
}

/** Begins a process in a slot, with the watcher's present generation. */
export function spawnInSlot(turn: Turn, wid: number, assumeReadyAfterMs: number): void {
  const { watcher, moment } = turn
  const process = newProcess({
    id: watcher.nextProcess,
    wid,
    generation: watcher.generation,
    now: moment.now,
    assumeReadyAfterMs,
  })
  turn.watcher = {
    ...watcher,
    processes: [...watcher.processes, process],
    nextProcess: watcher.nextProcess + 1,
    nextSpawnAt: moment.now + watcher.policy.warmupDelayMs,
  }
  turn.effects.push({
    type: 'spawn',
    process: { watcher: watcher.policy.name, id: process.id },
    wid,
    generation: process.generation,
  })
}

function noteForJob(turn: Turn, before: Process, after: Process): void {
  const { running } = turn.watcher
  if (running === null || after.pid === null) return
  if (before.pid === null) {
    turn.watcher = {
      ...turn.watcher,
      running: { ...running, started: [...running.started, after.pid] },
    }
  } else if (after.is === 'dead') {
    turn.watcher = {
      ...turn.watcher,
      running: { ...running, stopped: [...running.stopped, after.pid] },
    }
  }
}

function judgeSlot(turn: Turn, process: Process, news: ProcessNews): void {
  // The slot of a successor is still served: its end is the reload's matter, not the slot's.
  const isSuccessor = hasPredecessor(turn.watcher, process)
  switch (news.type) {
    case 'none':
      return
    case 'becameReady':
      changeSlot(turn, process.wid, (slot) => ({ ...slot, failures: 0, lastFailure: null }))
      return
    case 'startFailed':
      if (!isSuccessor) countFailure(turn, process, news.reason, news.permanent)
      logFailure(turn, isSuccessor ? undefined : process.wid, news.reason)
      return
    case 'died':
      if (!isSuccessor) countDeath(turn, process, news.exitCode)
      turn.effects.push({
        type: 'log',
        level: news.exitCode === 0 ? 'info' : 'warning',
        message: `${turn.watcher.policy.name}: process ${process.pid} ${describeExit(news.exitCode)}`,
      })
  }
}

function countFailure(turn: Turn, process: Process, reason: string, permanent: boolean): void {
  const { policy, is } = turn.watcher
  const { now, chance } = turn.moment
  changeSlot(turn, process.wid, (slot) => {
    const failures = slot.failures + 1
    if (!policy.respawn) return { ...slot, is: 'spent', failures, lastFailure: reason }
    // While the watcher has never been up, a missing program is a mistake to report, not a misfortune to wait out.
    const hopeless = permanent && is === 'starting' && policy.maxRetry >= 0
    const exhausted = policy.maxRetry >= 0 && failures >= policy.maxRetry
    const retryAt = now + backoffDelay(failures, policy.backoff, chance)
    return {
      ...slot,
      is: hopeless || exhausted ? 'givenUp' : 'open',
      failures,
      retryAt,
      lastFailure: reason,
    }
  })
}

function logFailure(turn: Turn, wid: number | undefined, reason: string): void {
  const { name, maxRetry } = turn.watcher.policy
  const slot = turn.watcher.slots.find((one) => one.wid === wid)
  let consequence = ''
  if (slot?.is === 'givenUp') {
    consequence = `; slot ${wid} is given up after ${slot.failures} of ${maxRetry} tries (max_retry)`
  } else if (slot?.is === 'open') {
    const pause = Math.max(0, slot.retryAt - turn.moment.now) / 1_000
    consequence = `; next try of slot ${wid} in ${pause.toFixed(1)} s`
  }
  turn.effects.push({ type: 'log', level: 'error', message: `${name}: ${reason}${consequence}` })
}

function countDeath(turn: Turn, process: Process, exitCode: number): void {
  const { policy } = turn.watcher
  const { now, chance } = turn.moment
  changeSlot(turn, process.wid, (slot) => {
    if (!policy.respawn) return { ...slot, is: 'spent' }
    if (now - process.spawnedAt >= SETTLED_AFTER_MS) {
      return { ...slot, quickDeaths: 0, retryAt: now }
    }
    if (exitCode === 0) {
      // It did what it had to do, fast; it is run again, but not in a hot loop.
      return { ...slot, retryAt: process.spawnedAt + policy.backoff.minMs }
    }
    const retryAt = now + backoffDelay(slot.quickDeaths, policy.backoff, chance)
    return { ...slot, quickDeaths: slot.quickDeaths + 1, retryAt }
  })
}
