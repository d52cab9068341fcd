import { ERRNO } from './errno.ts'
import { isRecord } from './record.ts'
import { RequestError } from './request-error.ts'

/** The arguments of a command as they come from the wire: any JSON object. */
export type Properties = Readonly<Record<string, unknown>>

/** @throws {RequestError} If the property is missing or no string. */
export function text(properties: Properties, key: string): string {
  const value = properties[key]
  if (value === undefined) throw isMissing(key)
  if (typeof value !== 'string') throw mustBe(key, 'a string')
  return value
}

/**
 * null when the property is missing. A property that is null is refused, because without a name
 * a command means every watcher, and nobody who sends `"name": null` has said so.
 * @throws {RequestError} If the property is there and no string.
 */
export function optionalText(properties: Properties, key: string): string | null {
  return properties[key] === undefined ? null : text(properties, key)
}

/** @throws {RequestError} If the property is there and no boolean. */
export function flag(properties: Properties, key: string, fallback: boolean): boolean {
  const value = properties[key] ?? fallback
  if (typeof value !== 'boolean') throw mustBe(key, 'true or false')
  return value
}

/** @throws {RequestError} If the property is there and no whole number. */
export function integer(properties: Properties, key: string, fallback: number): number {
  const value = properties[key] ?? fallback
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw mustBe(key, 'an integer')
  return value
}

/** @throws {RequestError} If the property is missing or no object. */
export function record(properties: Properties, key: string): Properties {
  const value = properties[key]
  if (value === undefined) throw isMissing(key)
  if (!isRecord(value)) throw mustBe(key, 'an object')
  return value
}

/**
 * A pid: a number, or the text of one, which is what a stock circusctl sends. null when it is missing.
 * @throws {RequestError} If the property is there and is neither.
 */
export function optionalPid(properties: Properties, key: string): number | null {
  const value = properties[key] ?? null
  if (value === null) return null
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  if (typeof number === 'number' && Number.isSafeInteger(number) && number > 0) return number
  throw mustBe(key, 'a pid')
}

export function isMissing(key: string): RequestError {
  return new RequestError(ERRNO.messageInvalid, `message invalid '${key}' is missing`)
}

export function mustBe(key: string, what: string): RequestError {
  return new RequestError(ERRNO.messageInvalid, `message invalid '${key}' must be ${what}`)
}
