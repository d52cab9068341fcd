import type { Process } from '../../../../supervisor/dist/core/process-state.js'
import type { Invariant } from '../invariant.ts'
import { isWanted, type Program } from '../programs.ts'

/** What the core must call a process of which the world knows this. */
const statuses: Readonly<Record<Program['status'], readonly Process['is'][]>> = {
  asked: ['spawning'],
  alive: ['starting', 'ready', 'stopping'],
  gone: ['clearing'],
}

export const coreKnowsProcesses: Invariant = {
  sentence:
    'the core knows exactly the processes that exist, are asked for, or have left somebody behind',
  watch:
    ({ programs }) =>
    ({ changes }) => {
      for (const { name, after } of changes) {
        const real = programs.of(name)
        const known = after?.processes ?? []
        if (known.length !== real.size) {
          return `${name}: the core knows ${known.length} processes of ${real.size}`
        }
        for (const { id, is, pid } of known) {
          const program = real.get(id)
          if (program === undefined) return `${name}: there is no process ${id}`
          if (!statuses[program.status].includes(is)) {
            return `${name}: process ${id} is ${program.status}, not ${is}`
          }
          if (pid !== program.pid)
            return `${name}: process ${id} has pid ${program.pid}, not ${pid}`
        }
      }
      return null
    },
}

export const wishesAreTold: Invariant = {
  sentence: 'a process that is not wanted was told so in the same step, and nobody else was',
  watch:
    ({ programs }) =>
    ({ changes }) => {
      for (const { name, after } of changes) {
        for (const { id, is, want } of after?.processes ?? []) {
          const program = programs.of(name).get(id)
          if (program === undefined || is === 'clearing') continue
          if (isWanted(program) !== (want === 'up')) {
            return `${name}: process ${id} is wanted ${want}, but was ${isWanted(program) ? 'not told' : 'told to end'}`
          }
        }
      }
      return null
    },
}

export const numbersGrow: Invariant = {
  sentence: 'ids and generations of a watcher only grow, as long as it is configured',
  watch: () => {
    const last = new Map<string, { readonly id: number; readonly generation: number }>()
    return ({ effects, changes }) => {
      for (const { name, after } of changes) if (after === undefined) last.delete(name)
      for (const effect of effects) {
        if (effect.type !== 'spawn') continue
        const { process, generation } = effect
        const before = last.get(process.watcher) ?? { id: 0, generation: 0 }
        if (process.id <= before.id) return `${process.watcher}: id ${process.id} comes again`
        if (generation < before.generation) {
          return `${process.watcher}: generation ${generation} after ${before.generation}`
        }
        last.set(process.watcher, { id: process.id, generation })
      }
      return null
    }
  },
}

export const announcementsAreBalanced: Invariant = {
  sentence:
    'each process is announced once at its spawn and once at its end, with its exit code; a watcher starts once before it stops',
  watch: () => {
    const spawned = new Set<number>()
    const started = new Set<string>()
    return ({ event, effects }) => {
      for (const effect of effects) {
        if (effect.type !== 'announce') continue
        const { announcement } = effect
        switch (announcement.name) {
          case 'spawn':
            if (spawned.has(announcement.pid)) return `pid ${announcement.pid} is spawned twice`
            spawned.add(announcement.pid)
            break
          case 'reap': {
            if (!spawned.delete(announcement.pid)) return `pid ${announcement.pid} is reaped twice`
            const told = event.type === 'process' && event.event.type === 'exited' && event.event
            if (!told || told.exitCode !== announcement.exitCode) {
              return `pid ${announcement.pid} is reaped with ${announcement.exitCode}`
            }
            break
          }
          case 'start':
            if (started.has(announcement.watcher)) return `${announcement.watcher} starts twice`
            started.add(announcement.watcher)
            break
          case 'stop':
            started.delete(announcement.watcher)
            break
          case 'kill':
          case 'reload':
          case 'add':
          case 'remove':
          case 'updated':
          case 'hook_success':
          case 'hook_failure':
        }
      }
      return null
    }
  },
}

export const startsAreAnnounced: Invariant = {
  sentence:
    'start is announced when a watcher becomes active, stop when it has stopped, spawn and reap when they happen',
  watch:
    ({ programs }) =>
    ({ event, effects, changes, before }) => {
      const has = (name: string, watcher: string): boolean =>
        effects.some(
          (effect) =>
            effect.type === 'announce' &&
            effect.announcement.name === name &&
            effect.announcement.watcher === watcher,
        )
      for (const { name, before: old, after } of changes) {
        if (old === undefined || after === undefined) continue
        if (after.is === 'active' && old.is !== 'active' && !has('start', name)) {
          return `${name} is active and nobody was told`
        }
        if (after.is === 'stopped' && old.is === 'stopping' && !has('stop', name)) {
          return `${name} has stopped and nobody was told`
        }
      }
      if (event.type !== 'process' || before.is === 'stopped') return null
      const { watcher, id } = event.process
      if (event.event.type === 'spawned' && !has('spawn', watcher)) return `${watcher}: no spawn`
      const old = before.watchers.find(({ policy }) => policy.name === watcher)
      const process = old?.processes.find((one) => one.id === id)
      const hasLived = process !== undefined && process.pid !== null && process.is !== 'clearing'
      if (event.event.type === 'exited' && hasLived && !has('reap', watcher)) {
        return `${watcher}: no reap`
      }
      if (event.event.type === 'exited' && programs.find(event.process)?.status === 'gone') {
        const isSwept = effects.some(
          (effect) => effect.type === 'sweep' && effect.process.id === id,
        )
        if (hasLived && !isSwept) return `${watcher}: nobody ends what process ${id} has left`
      }
      return null
    },
}
