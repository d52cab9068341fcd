import { inspect } from 'node:util'

/**
 * An error of the application as Node prints it, without the stack frames that are not the application's: Node's
 * own and ours.
 */
export function appStack(error: unknown): string {
  return inspect(error)
    .split('\n')
    .filter((line) => !isForeignFrame(line))
    .join('\n')
}

const FOREIGN = [
  'node:',
  new URL('..', import.meta.url).href,
  new URL('..', import.meta.resolve('@bigtop/adapters')).href,
]

function isForeignFrame(line: string): boolean {
  return /^\s+at /.test(line) && FOREIGN.some((place) => line.includes(place))
}
