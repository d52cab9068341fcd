import type { ClientKeys } from '../../net/curve.ts'
import type { OutputStyle } from './output-style.ts'
import type { Tunnel } from './ssh-tunnel.ts'

/** What holds for every command of one run of circusctl. */
export interface Session extends GlobalOptions {
  readonly style: OutputStyle
  /** Aborted by Ctrl-C, and when nobody reads the output any more. */
  readonly signal: AbortSignal
  /** For a locked endpoint; null if none were given. */
  readonly keys: ClientKeys | null
  /** The way to circusd if there is `--ssh`. */
  readonly tunnel: Tunnel | null
}

/** The options that stand before the command. */
export interface GlobalOptions {
  /** null if none was given. */
  readonly endpoint: string | null
  /** Longest time without an answer, in ms. */
  readonly timeoutMs: number
  /** Whether the time-out was asked for: then it also ends the wait for the end of a command. */
  readonly isTimeoutGiven: boolean
  readonly format: 'text' | 'json' | 'prettyJson'
  /** `[USER@]HOST[:PORT]`. */
  readonly ssh: string | null
  readonly sshKeyfile: string | null
  /** Public key of a locked endpoint. */
  readonly serverKey: string | null
  /** File with our own key pair. */
  readonly key: string | null
}
