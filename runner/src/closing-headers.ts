import type { OutgoingHttpHeader, OutgoingHttpHeaders } from 'node:http'

/** The forms in which `writeHead` takes headers: an object, names and values in turn, or pairs of them. */
export type HeadersArgument = OutgoingHttpHeaders | FlatList | PairList
type FlatList = readonly OutgoingHttpHeader[]
type PairList = readonly (readonly OutgoingHttpHeader[])[]

/** The headers, in the form they came in, with `Connection: close` as their only `Connection`. */
export function withConnectionClose(headers: HeadersArgument): HeadersArgument {
  const others = withoutConnection(headers)
  if (isPairList(others)) return [...others, ['Connection', 'close']]
  if (isFlatList(others)) return [...others, 'Connection', 'close']
  return { ...others, Connection: 'close' }
}

/** The headers, in the form they came in, without any `Connection`. */
export function withoutConnection(headers: HeadersArgument): HeadersArgument {
  if (isPairList(headers)) return headers.filter(([name]) => !isConnection(name))
  if (isFlatList(headers)) {
    return headers.filter((_, index) => !isConnection(headers[index - (index % 2)]))
  }
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !isConnection(name)))
}

function isConnection(name: OutgoingHttpHeader | undefined): boolean {
  return typeof name === 'string' && name.toLowerCase() === 'connection'
}

function isPairList(headers: HeadersArgument): headers is PairList {
  return Array.isArray(headers) && Array.isArray(headers[0])
}

function isFlatList(headers: HeadersArgument): headers is FlatList {
  return Array.isArray(headers) && !Array.isArray(headers[0])
}
