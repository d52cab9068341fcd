import { seconds } from '../../config/option-types.ts'
import { operation } from '../command.ts'
import { waitingFlag } from '../command-line.ts'
import { findWatcher } from '../find-watcher.ts'
import { flag, mustBe, optionalPid, text, type Properties } from '../properties.ts'
import { optionalSignal } from '../signal-property.ts'
import type { ArbiterView } from '../view.ts'

export interface KillProperties {
  readonly name: string
  /** All processes of the watcher if it is missing. */
  readonly pid?: number | string
  /** A number or name; the watcher's `stop_signal` if it is missing. */
  readonly signum?: number | string
  /** In seconds, >= 0: the time until SIGKILL. The watcher's if it is missing. */
  readonly graceful_timeout?: number | string
  readonly waiting?: boolean
}

/**
 * `kill`: ends processes, first by a signal, then by SIGKILL. They are replaced, since as many as before are wanted. A pid that
 * is none of the watcher's is ok, as in Circus: it does not run. Circus docs: commands/kill.
 */
export const kill = operation({
  name: 'kill',
  access: 'operate',
  summary: 'Kill processes of a watcher',
  words: ['NAME', '[PID]'],
  flags: [
    { name: 'signum', takes: 'SIGNAL', summary: 'in place of the stop_signal of the watcher' },
    { name: 'graceful_timeout', takes: 'SECONDS', summary: 'time until SIGKILL' },
    waitingFlag,
  ],
  properties: ({ words: [name, pid], flags }) => ({
    name,
    pid,
    signum: flags['signum'],
    graceful_timeout: flags['graceful_timeout'],
    waiting: flags['waiting'] === true,
  }),
  parse: (properties) => ({
    name: text(properties, 'name'),
    pid: optionalPid(properties, 'pid'),
    signal: (view: ArbiterView) => optionalSignal(properties, view),
    gracefulTimeoutMs: timeoutOf(properties),
    waiting: flag(properties, 'waiting', false),
  }),
  event: ({ name, pid, signal, gracefulTimeoutMs }, job, view) => ({
    type: 'command',
    watcher: findWatcher(view, name).policy.name,
    command: { kind: 'kill', job, pid, signal: signal(view), gracefulTimeoutMs },
  }),
  reply: () => ({}),
  text: () => 'ok',
})

const timeout = seconds({ min: 0 })

/** A stock circusctl sends text. */
function timeoutOf({ graceful_timeout: value = null }: Properties): number | null {
  if (value === null) return null
  const isScalar = typeof value === 'number' || typeof value === 'string'
  const parsed = isScalar ? timeout.parse(String(value), { signals: {} }) : undefined
  if (parsed?.ok !== true) throw mustBe('graceful_timeout', timeout.mayBe)
  return parsed.value
}
