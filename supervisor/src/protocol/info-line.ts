import { pythonText } from './python.ts'
import { isRecord } from './record.ts'

/** A finding as circusctl prints it, and a further line for each child. Circus: `_INFOLINE` of commands/stats.py. */
export function infoLines(
  finding: unknown,
  childIndent: string,
): readonly [string, ...(readonly string[])] {
  if (!isRecord(finding)) return [pythonText(finding)]
  const { children } = finding
  const lines = Array.isArray(children) ? children.filter(isRecord).map(infoLine) : []
  return [infoLine(finding), ...lines.map((line) => childIndent + line)]
}

function infoLine(info: Readonly<Record<string, unknown>>): string {
  const program = [info['cmdline'], info['username'], info['nice']].map(pythonText)
  const memory = [info['mem_info1'], info['mem_info2']].map(pythonText)
  const shares = [info['cpu'], info['mem']].map(pythonFloat)
  const columns = [...program, ...memory, ...shares, pythonText(info['ctime'])]
  return `${pythonText(info['pid'])}  ${columns.join(' ')}`
}

/** JSON has one kind of numbers; Python's floats end in `.0` where they are whole. */
function pythonFloat(value: unknown): string {
  return Number.isInteger(value) ? `${pythonText(value)}.0` : pythonText(value)
}
