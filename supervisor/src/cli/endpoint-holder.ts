import { ipcPath } from '../net/ipc-path.ts'
import { pidOfListener } from '../os/peer-pid.ts'
import { holderOfPort } from '../os/port-holder.ts'
import { commandLine } from '../os/procfs.ts'

/** Who holds an endpoint, for people: `process 123 (circusd circus.ini)`; undefined if nobody does or nobody can tell. */
export function endpointHolder(endpoint: string): string | undefined {
  const pid = pidOf(endpoint)
  if (pid === undefined) return undefined
  const command = commandLine(pid)?.join(' ').trim()
  return command ? `process ${pid} (${command})` : `process ${pid}`
}

function pidOf(endpoint: string): number | undefined {
  const path = ipcPath(endpoint)
  if (path !== null) return pidOfListener(path)
  const [, port] = /^tcp:.*:([1-9]\d*)$/.exec(endpoint) ?? []
  return port === undefined ? undefined : holderOfPort(Number(port))?.pid
}
