import { pythonText } from './python.ts'
import { isRecord } from './record.ts'

/** `key: value` lines in alphabetical order, as `options` and `globaloptions` print them. */
export function optionLines(options: unknown): string {
  if (!isRecord(options)) return ''
  return Object.keys(options)
    .toSorted()
    .map((key) => `${key}: ${key === 'env' ? envText(options[key]) : pythonText(options[key])}`)
    .join('\n')
}

/** An environment as `A=1,B=2`. */
function envText(env: unknown): string {
  if (!isRecord(env)) return pythonText(env)
  return Object.keys(env)
    .toSorted()
    .map((name) => `${name}=${pythonText(env[name])}`)
    .join(',')
}
