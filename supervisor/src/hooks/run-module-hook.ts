import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import type { HostReply, HostRequest } from './host-message.ts'
import { oneLine } from './one-line.ts'
import { isObject, statsToText } from './stats-text.ts'

type HookFunction = (context: HostRequest['context']) => unknown

/** Runs one hook in this process. Never rejects. What a hook throws is also printed, with its stack. */
export async function runModuleHook(request: HostRequest): Promise<HostReply> {
  const { id } = request
  const found = await findHook(request)
  if (typeof found === 'string') return { id, kind: 'unloadable', error: found }
  try {
    const result = await found(request.context)
    const isTrue = Boolean(result)
    const { stats } = request.context
    if (stats === undefined) return { id, kind: 'answered', isTrue }
    const after = isObject(result) ? result : stats
    return { id, kind: 'answered', isTrue, stats: statsToText(after) }
  } catch (error) {
    console.error(error)
    return { id, kind: 'thrown', error: oneLine(error) }
  }
}

/** The function, or the sentence which says why there is none. Import keeps the module: it is read once per process. */
async function findHook(request: HostRequest): Promise<HookFunction | string> {
  const { module: path, export: name } = request
  const cannot = `Cannot run ${name} of ${path}`
  if (!existsSync(path)) return `${cannot}: there is no such file`
  try {
    const namespace: unknown = await import(pathToFileURL(path).href)
    const exports = exportsOf(namespace)
    if (!exports.has(name))
      return `${cannot}: it exports ${[...exports.keys()].join(', ') || 'nothing'}`
    const value = exports.get(name)
    if (typeof value === 'function') return value as HookFunction
    return `${cannot}: the export is no function but of type ${typeof value}`
  } catch (error) {
    console.error(error)
    return `${cannot}: its import failed: ${oneLine(error)}`
  }
}

/** The exports of an ES module; for a CommonJS module, whose `module.exports` is the default export, those of it too. */
function exportsOf(namespace: unknown): ReadonlyMap<string, unknown> {
  const own = isObject(namespace) ? namespace : {}
  const common = isObject(own['default']) ? own['default'] : {}
  return new Map([...Object.entries(common), ...Object.entries(own)])
}
