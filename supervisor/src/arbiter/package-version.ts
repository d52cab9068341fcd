import { readFileSync } from 'node:fs'
import { isRecord } from '../protocol/record.ts'

let version: string | undefined

/** The version of our package, read once. */
export function packageVersion(): string {
  return (version ??= read())
}

function read(): string {
  const file = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const description: unknown = JSON.parse(file)
  return isRecord(description) ? String(description['version']) : ''
}
