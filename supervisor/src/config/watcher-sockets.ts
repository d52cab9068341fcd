import { references } from './expand.ts'
import { nearestName } from './nearest-name.ts'
import type { WatcherOptions } from './options.ts'

/** What is wrong with the sockets of a watcher: the option to blame, and the message without its name. */
export interface SocketMistake {
  readonly option: 'use_sockets' | 'stdin_socket' | Use['option']
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
  watcher: Pick<WatcherOptions, 'cmd' | 'args' | 'shellArgs' | 'useSockets' | 'stdinSocket'>,
  known: readonly string[],
): GrantedSockets {
  const { useSockets, stdinSocket } = watcher
  const named = [
    ...namedSockets(watcher.cmd).map((name) => ({ option: 'cmd' as const, name })),
    ...namedSockets(watcher.args).map((name) => ({ option: 'args' as const, name })),
    ...namedSockets(watcher.shellArgs ?? '').map((name) => ({
      option: 'shell_args' as const,
      name,
    })),
  ]
  const listed = typeof useSockets === 'boolean' ? [] : useSockets
  const isStdinKnown = stdinSocket === null || known.includes(stdinSocket)
  const mistakes = [
    ...listed.filter((name) => !known.includes(name)).map((name) => unknownInList(name, known)),
    ...named.filter(({ name }) => !known.includes(name)).map((use) => unknownInCommand(use, known)),
    ...(isStdinKnown ? [] : [unknownStdin(stdinSocket, known)]),
  ]
  const namedKnown = named.filter(({ name }) => known.includes(name))
  const wanted = useSockets === true ? namedKnown.map(({ name }) => name) : listed
  const isForAll = useSockets === true && named.length === 0
  const sockets = isForAll ? known : [...new Set(wanted)].filter((name) => known.includes(name))
  const refused = namedKnown.filter(({ name }) => !sockets.includes(name))
  return { sockets, mistakes: [...mistakes, ...refused.map((use) => notGranted(use, useSockets))] }
}

interface Use {
  readonly option: 'cmd' | 'args' | 'shell_args'
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

function unknownStdin(name: string, known: readonly string[]): SocketMistake {
  const nearest = nearestName(name, known)
  const others = known.length === 0 ? 'add that section' : `there are ${known.join(', ')}`
  const advice = nearest === undefined ? others : `did you mean ${nearest}?`
  return { option: 'stdin_socket', message: `there is no [socket:${name}]; ${advice}` }
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
