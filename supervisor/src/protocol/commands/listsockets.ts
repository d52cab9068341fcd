import { query } from '../command.ts'
import { pythonText } from '../python.ts'
import { isRecord } from '../record.ts'
import type { SocketView } from '../view.ts'

/** One socket on the wire: `host` and `port`, or `path`. */
export type ListedSocket = {
  readonly fd: number
  readonly name: string
  readonly backlog: number
} & ({ readonly path: string } | { readonly host: string | null; readonly port: number | null })

export interface ListsocketsReply {
  readonly sockets: readonly ListedSocket[]
}

/** `listsockets`: the listening sockets of circusd, by descriptor. Circus docs: commands/listsockets. */
export const listsockets = query({
  name: 'listsockets',
  access: 'read',
  summary: 'Get the list of sockets',
  words: [],
  flags: [],
  properties: () => ({}),
  parse: () => null,
  answer: (_request, { sockets }): ListsocketsReply => ({
    sockets: sockets.toSorted((one, other) => one.fd - other.fd).map(toListed),
  }),
  text: ({ sockets }) => [sockets].flat().filter(isRecord).map(toLine).join('\n'),
})

function toListed({ fd, name, backlog, host, port, path }: SocketView): ListedSocket {
  return path === null ? { fd, name, backlog, host, port } : { fd, name, backlog, path }
}

function toLine({ fd, name, host, port, path }: Readonly<Record<string, unknown>>): string {
  const place = path === undefined ? `${pythonText(host)}:${pythonText(port)}` : pythonText(path)
  return `${pythonText(fd)}:socket '${pythonText(name)}' at ${place}`
}
