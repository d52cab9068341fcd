import assert from 'node:assert/strict'

/** A JSON value with matchers in the places of what differs from run to run. */
export type Expected =
  | string
  | number
  | boolean
  | null
  | Matcher
  | readonly Expected[]
  | { readonly [key: string]: Expected }

/** Fails by an assertion. */
export type Matcher = (actual: unknown) => void

export const anything: Matcher = () => {}

/** Seconds since 1970, within the last hour. */
export const aTime: Matcher = (actual) => {
  assert.ok(typeof actual === 'number', `no number: ${String(actual)}`)
  const age = Date.now() / 1_000 - actual
  assert.ok(age > -1 && age < 3_600, `no time of now: ${actual}`)
}

/** A positive whole number: a pid, a descriptor, a port. */
export const aPid: Matcher = (actual) => {
  assert.ok(Number.isSafeInteger(actual) && Number(actual) > 0, `no pid: ${String(actual)}`)
}

/** These elements, in any order. */
export function listOf(...expected: readonly Expected[]): Matcher {
  return (actual) => {
    assert.ok(Array.isArray(actual))
    assert.equal(actual.length, expected.length)
    for (const one of expected) {
      assert.ok(
        actual.some((element) => isMatch(element, one)),
        `${JSON.stringify(one)} is missing in ${JSON.stringify(actual)}`,
      )
    }
  }
}

/** At least these fields. */
export function recordOf(expected: Readonly<Record<string, Expected>>): Matcher {
  return (actual) => {
    assert.ok(isRecord(actual))
    for (const [key, value] of Object.entries(expected)) matches(actual[key], value, key)
  }
}

/** Processes of a watcher, by pid, as `stats` tells of them. */
export function infoOf(count: number): Matcher {
  return (actual) => {
    assert.ok(isRecord(actual))
    const entries = Object.entries(actual)
    assert.equal(entries.length, count)
    for (const [pid, info] of entries) matches(info, { ...processInfo, pid: Number(pid) }, pid)
  }
}

const aSize: Matcher = (actual) => assert.match(String(actual), /^(\d+B|\d+\.\d\d[KMGTPE]|N\/A)$/)
const aNumber: Matcher = (actual) => assert.equal(typeof actual, 'number')

/** The fields of Circus, all of them and no others. */
const processInfo: Readonly<Record<string, Expected>> = {
  mem_info1: aSize,
  mem_info2: aSize,
  cpu: aNumber,
  mem: aNumber,
  ctime: (actual) => assert.match(String(actual), /^\d+:\d\d\.\d\d?$/),
  username: (actual) => assert.match(String(actual), /./),
  nice: anything,
  create_time: aTime,
  age: aNumber,
  cmdline: (actual) => assert.match(String(actual), /^(sleep|node|N\/A)$/),
  children: [],
  started: aTime,
  wid: aPid,
}

/** As `deepEqual`, with matchers. @param place Where it is, for the message. */
export function matches(actual: unknown, expected: Expected, place = 'the message'): void {
  if (typeof expected === 'function') {
    expected(actual)
  } else if (Array.isArray(expected)) {
    assert.ok(Array.isArray(actual), `${place} is no list: ${JSON.stringify(actual)}`)
    assert.equal(actual.length, expected.length, place)
    for (const [index, one] of expected.entries()) matches(actual[index], one, `${place}[${index}]`)
  } else if (isRecord(expected)) {
    assert.ok(isRecord(actual), `${place} is no object: ${JSON.stringify(actual)}`)
    const keys = Object.keys(actual).toSorted()
    assert.deepEqual(keys, Object.keys(expected).toSorted(), JSON.stringify(actual))
    for (const key of keys) matches(actual[key], expected[key] ?? null, `${place}.${key}`)
  } else {
    assert.equal(actual, expected, place)
  }
}

function isMatch(actual: unknown, expected: Expected): boolean {
  try {
    matches(actual, expected)
    return true
  } catch (error) {
    if (error instanceof assert.AssertionError) return false
    throw error
  }
}

function isRecord<Value>(value: unknown): value is Readonly<Record<string, Value>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
