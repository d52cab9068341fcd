import { pythonText } from '../../protocol/python.ts'
import { isRecord } from '../../protocol/record.ts'
import type { ReplyFields } from '../../protocol/reply.ts'
import type { OutputStyle } from './output-style.ts'
import type { Paint } from './paint.ts'
import { table, type Cell } from './table.ts'

/** A success reply for people at a terminal; undefined if Circus' text serves them as well. */
export function tableText(
  command: string,
  reply: ReplyFields,
  style: OutputStyle,
): string | undefined {
  switch (command) {
    case 'status':
      return statusTable(reply, style)
    case 'list':
      return nameList(reply)
    case 'listsockets':
      return socketTable(reply, style)
    case 'options':
    case 'get':
    case 'globaloptions':
      return optionTable(reply, style)
    case 'stats':
    case 'dstats':
      return statsTable(reply, style)
    default:
      return undefined
  }
}

const statePaints: Readonly<Record<string, Paint>> = {
  active: 'green',
  starting: 'yellow',
  stopping: 'yellow',
  stopped: 'dim',
}

function statusTable({ statuses }: ReplyFields, style: OutputStyle): string | undefined {
  if (!isRecord(statuses)) return undefined
  const rows = Object.keys(statuses)
    .toSorted()
    .map((name) => {
      const state = pythonText(statuses[name])
      return [{ text: name }, { text: state, paint: statePaints[state] ?? 'red' } satisfies Cell]
    })
  return table(['WATCHER', 'STATE'], rows, style)
}

/** One name or pid per line: names may have commas in them. */
function nameList({ watchers, pids }: ReplyFields): string | undefined {
  const items = watchers ?? pids
  return Array.isArray(items) && items.length > 0 ? items.map(String).join('\n') : undefined
}

function socketTable({ sockets }: ReplyFields, style: OutputStyle): string | undefined {
  if (!Array.isArray(sockets)) return undefined
  const rows = sockets
    .filter(isRecord)
    .map(({ fd, name, backlog, host, port, path }) => [
      { text: pythonText(fd), isRight: true },
      { text: pythonText(name) },
      { text: path === undefined ? `${pythonText(host)}:${pythonText(port)}` : pythonText(path) },
      { text: pythonText(backlog), isRight: true },
    ])
  return table(['FD', 'SOCKET', 'ADDRESS', 'BACKLOG'], rows, style)
}

/** An option per line, aligned; of objects one line per entry. */
function optionTable({ options }: ReplyFields, style: OutputStyle): string | undefined {
  if (!isRecord(options)) return undefined
  const rows = Object.keys(options)
    .toSorted()
    .flatMap((key) => optionRows(key, options[key]))
  return table(['OPTION', 'VALUE'], rows, style)
}

function optionRows(key: string, value: unknown): readonly (readonly Cell[])[] {
  if (!isRecord(value)) return [[{ text: key }, { text: pythonText(value) }]]
  const names = Object.keys(value).toSorted()
  if (names.length === 0) return [[{ text: key }, { text: '' }]]
  return names.map((name) => [{ text: `${key}.${name}` }, { text: pythonText(value[name]) }])
}

/** Columns of a process and their names on the wire. */
const statsColumns = [
  ['COMMAND', 'cmdline'],
  ['USER', 'username'],
  ['NICE', 'nice'],
  ['RSS', 'mem_info1'],
  ['VIRTUAL', 'mem_info2'],
  ['CPU %', 'cpu'],
  ['MEM %', 'mem'],
  ['TIME', 'ctime'],
] as const

/** Columns that are text; the others are numbers. */
const leftColumns = new Set(['cmdline', 'username'])

interface ProcessRow {
  readonly watcher: string
  readonly pid: string
  readonly info: Readonly<Record<string, unknown>>
}

/** A process per line, its children below it. */
function statsTable(reply: ReplyFields, style: OutputStyle): string | undefined {
  const processes = processRows(reply)
  if (processes === undefined || processes.length === 0) return undefined
  const rows = processes.map(({ watcher, pid, info }) => [
    { text: watcher, paint: 'bold' } satisfies Cell,
    { text: pid, isRight: true },
    ...statsColumns.map(([, field]) => {
      return { text: pythonText(info[field]), isRight: !leftColumns.has(field) }
    }),
  ])
  return table(['WATCHER', 'PID', ...statsColumns.map(([title]) => title)], rows, style)
}

/** `infos` holds processes by watcher, `info` those of one watcher or a single process. */
function processRows({ infos, info, name }: ReplyFields): readonly ProcessRow[] | undefined {
  if (isRecord(infos)) {
    return Object.keys(infos)
      .toSorted()
      .flatMap((watcher) => rowsOf(watcher, infos[watcher]))
  }
  if (!isRecord(info)) return undefined
  const watcher = typeof name === 'string' ? name : ''
  return typeof info['pid'] === 'number' ? withChildren(watcher, info) : rowsOf(watcher, info)
}

function rowsOf(watcher: string, processes: unknown): readonly ProcessRow[] {
  if (!isRecord(processes)) return []
  return Object.values(processes)
    .filter(isRecord)
    .flatMap((info) => withChildren(watcher, info))
}

function withChildren(watcher: string, info: Readonly<Record<string, unknown>>): ProcessRow[] {
  const { pid, children } = info
  const below = Array.isArray(children) ? children.filter(isRecord) : []
  return [
    { watcher, pid: pythonText(pid), info },
    ...below.flatMap((child) => withChildren('', child)),
  ]
}
