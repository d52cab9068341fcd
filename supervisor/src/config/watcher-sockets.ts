import { references } from './expand.ts'
import { nearestName } from './nearest-name.ts'

/** What is wrong with the sockets of a watcher: the option to blame, and the message without its name. */
export interface SocketMistake {
  readonly option: 'use_sockets' | 'cmd' | 'args'
  readonly message: string
}

export interface GrantedSockets {
  readonly sockets: readonly string[]
  readonly mistakes: readonly SocketMistake[]
}

const PREFIX = 'sockets.'

/**
 * The sockets a watcher's processes inherit, in the order of their fds. `use_sockets = true` grants those which the command names,
 * all if it names none; a list grants those listed. The command may name granted sockets only.
 * @param known Names of all sockets, in order.
 */
export function grantSockets(
  watcher: {
    readonly cmd: string
    readonly args: string
    readonly useSockets: boolean | readonly string[]
  },
  known: readonly string[],
): GrantedSockets {
  const { useSockets } = watcher
  const named = [
    ...namedSockets(watcher.cmd).map((name) => ({ option: 'cmd' as const, name })),
    ...namedSockets(watcher.args).map((name) => ({ option: 'args' as const, name })),
  ]
  const listed = typeof useSockets === 'boolean' ? [] : useSockets
  const mistakes = [
    ...listed.filter((name) => !known.includes(name)).map((name) => unknownInList(name, known)),
    ...named.filter(({ name }) => !known.includes(name)).map((use) => unknownInCommand(use, known)),
  ]
  const namedKnown = named.filter(({ name }) => known.includes(name))
  const wanted = useSockets === true ? namedKnown.map(({ name }) => name) : listed
  const isForAll = useSockets === true && named.length === 0
  const sockets = isForAll ? known : [...new Set(wanted)].filter((name) => known.includes(name))
  const refused = namedKnown.filter(({ name }) => !sockets.includes(name))
  return { sockets, mistakes: [...mistakes, ...refused.map((use) => notGranted(use, useSockets))] }
}

interface Use {
  readonly option: 'cmd' | 'args'
  readonly name: string
}

/** Names of the sockets which a text names as `$(circus.sockets.NAME)`, in order. */
export function namedSockets(text: string): string[] {
  const names = references(text).map(({ name }) => name)
  return names.filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length))
}

function unknownInList(name: string, known: readonly string[]): SocketMistake {
  const message = `there is no [socket:${name}]; ${advice(name, [...known, 'true', 'false'])}`
  return { option: 'use_sockets', message }
}

function unknownInCommand({ option, name }: Use, known: readonly string[]): SocketMistake {
  const message = `names the socket ${name}, but there is no [socket:${name}]; ${advice(name, known)}`
  return { option, message }
}

function advice(name: string, candidates: readonly string[]): string {
  const nearest = nearestName(name, candidates)
  return nearest === undefined ? 'add that section' : `did you mean ${nearest}?`
}

function notGranted({ option, name }: Use, useSockets: boolean | readonly string[]): SocketMistake {
  const advice = typeof useSockets === 'boolean' ? 'add use_sockets = true' : `add ${name} to it`
  return {
    option,
    message: `names the socket ${name}, which use_sockets does not grant; ${advice}`,
  }
}
