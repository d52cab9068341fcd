/** A value as JSON has it. */
export type WireValue =
  | string
  | number
  | boolean
  | null
  | readonly WireValue[]
  | { readonly [name: string]: WireValue }

/** What reading a value needs to know of the machine. */
export interface PlatformFacts {
  /** Numbers of the platform's signals by full name: SIGTERM 15, ..., and SIGRTMIN where there is one. */
  readonly signals: Readonly<Record<string, number>>
}

/**
 * A value, or what is wrong with the text, as the end of a sentence that begins with it ("is not a whole number").
 * `instead` replaces the type's `mayBe` where something more helpful can be said.
 */
export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly wrong: string; readonly instead?: string }

/** A kind of value: how it is read from a file and written to the wire. */
export interface OptionType<Value> {
  /** What may be written, for messages ("it may be ...") and the reference page. */
  readonly mayBe: string
  /** Unit of the text, for the reference page. */
  readonly unit: 'seconds' | 'bytes' | null
  /** Plain text. Circus expands such an option with the watcher's environment too, others with the global one only. */
  readonly isText: boolean
  parse(text: string, platform: PlatformFacts): Parsed<Value>
  /** The value as Circus' `options` command shows it: numbers in the unit of the file. */
  toWire(value: Value): WireValue
}

export function value<Value>(value: Value): Parsed<Value> {
  return { ok: true, value }
}

export function wrong(wrong: string, instead?: string): Parsed<never> {
  return instead === undefined ? { ok: false, wrong } : { ok: false, wrong, instead }
}
