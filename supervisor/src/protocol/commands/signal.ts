import type { SignalTarget } from '../../core/signal-target.ts'
import { operation } from '../command.ts'
import { ERRNO } from '../errno.ts'
import { findWatcher } from '../find-watcher.ts'
import { flag, optionalPid, text, type Properties } from '../properties.ts'
import { RequestError } from '../request-error.ts'
import { requiredSignal } from '../signal-property.ts'
import type { ArbiterView } from '../view.ts'

export interface SignalProperties {
  readonly name: string
  /** A number or name. */
  readonly signum: number | string
  /** All processes of the watcher if it is missing. */
  readonly pid?: number | string
  /** One direct child of `pid`. Ours: also `child_pid`, as some documentation of Circus has it. */
  readonly childpid?: number | string
  /** The direct children in place of the process. Default false. */
  readonly children?: boolean
  /** The process and all it has started. Default false. */
  readonly recursive?: boolean
}

interface Receivers {
  readonly pid: number | null
  readonly childPid: number | null
  readonly children: boolean
  readonly recursive: boolean
}

/**
 * `signal`: sends a signal to processes of a watcher, or to what they have started. A pid that is none of the watcher's is ok,
 * as in Circus: nothing is sent. Circus docs: commands/signal.
 */
export const signal = operation({
  name: 'signal',
  access: 'operate',
  summary: 'Send a signal',
  words: ['NAME', '[PID]', 'SIGNUM'],
  flags: [
    { name: 'children', takes: null, summary: 'only to the children of the processes' },
    { name: 'recursive', takes: null, summary: 'also to all that the processes have started' },
  ],
  properties: ({ words: [name, ...others], flags }) => {
    const [pid, signum] = others.length === 1 ? [undefined, others[0]] : others
    const [children, recursive] = [flags['children'] === true, flags['recursive'] === true]
    return { name, pid, signum, children, recursive }
  },
  parse: (properties) => ({
    name: text(properties, 'name'),
    signal: (view: ArbiterView) => requiredSignal(properties, view),
    to: receiversOf(properties),
    // Nobody waits for anything: the answer comes when the signal was sent.
    waiting: true,
  }),
  event: ({ name, signal, to }, job, view) => {
    const watcher = findWatcher(view, name)
    const number = signal(view)
    const { pid } = to
    const isOurs = watcher.processes.some((process) => process.pid === pid)
    if (pid !== null && to.childPid !== null && isOurs) rejectStranger(pid, to.childPid, view)
    return {
      type: 'command',
      watcher: watcher.policy.name,
      command: { kind: 'signal', job, pid, signal: number, to: targetOf(to) },
    }
  },
  reply: () => ({}),
  text: () => 'ok',
})

function receiversOf(properties: Properties): Receivers {
  const pid = optionalPid(properties, 'pid')
  const childPid = optionalPid(properties, 'childpid') ?? optionalPid(properties, 'child_pid')
  if (childPid !== null && pid === null) {
    throw new RequestError(ERRNO.conflict, 'cannot specify childpid without pid')
  }
  const children = flag(properties, 'children', false)
  const recursive = flag(properties, 'recursive', false)
  if (children && recursive) {
    const message = "message invalid 'children' and 'recursive' exclude each other"
    throw new RequestError(ERRNO.messageInvalid, message)
  }
  return { pid, childPid, children, recursive }
}

function rejectStranger(pid: number, childPid: number, view: ArbiterView): void {
  if (view.childrenOf(pid).includes(childPid)) return
  throw new RequestError(ERRNO.conflict, `process ${childPid} is no child of process ${pid}`)
}

function targetOf({ childPid, children, recursive }: Receivers): SignalTarget {
  if (childPid !== null) return { childPid }
  if (children) return 'children'
  return recursive ? 'tree' : 'process'
}
