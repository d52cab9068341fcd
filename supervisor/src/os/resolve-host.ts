/**
 * Host names to addresses.
 *
 * Guaranteed: numeric addresses are given back without a question to anybody.
 * Not guaranteed: an end. getaddrinfo(3) waits as long as resolv.conf says (by default 2 x 5 s a server) and cannot be
 * cancelled; it holds one of the four threads of libuv's pool meanwhile.
 */
import { lookup } from 'node:dns/promises'
import { errorCode } from './system-error.ts'

/** A host name has no address of the wanted family, or the resolver could not be asked. `code` is that of `dns.lookup`. */
export class UnknownHostError extends Error {
  override readonly name = 'UnknownHostError'
  readonly code: string

  constructor(host: string, family: 'inet' | 'inet6', options?: ErrorOptions) {
    const code = errorCode(options?.cause) ?? 'ENOTFOUND'
    super(`Cannot resolve ${host} as ${family} address (${code})`, options)
    this.code = code
  }
}

/**
 * The first numeric address of `host` in the family, as Circus takes it (`[socket] host`, resolved once).
 * @throws {UnknownHostError} If there is none.
 */
export async function resolveHost(host: string, family: 'inet' | 'inet6'): Promise<string> {
  const wanted = family === 'inet' ? 4 : 6
  const answer = await lookup(host, { family: wanted }).catch((cause: unknown) => {
    throw new UnknownHostError(host, family, { cause })
  })
  // A numeric address is given back whatever its family.
  if (answer.family !== wanted) throw new UnknownHostError(host, family)
  return answer.address
}
