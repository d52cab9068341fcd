import type { Environment } from '../os/child-environment.ts'
import type { HookCall } from './hook-call.ts'

/** `environment` with what a program is told of the call it makes; a variable without a value is absent. Pure. */
export function execEnvironment(environment: Environment, call: HookCall): Environment {
  const { pid, signum, time, exitCode, processStatus } = call.context
  const told = {
    CIRCUS_HOOK: call.hook,
    CIRCUS_WATCHER: call.watcher,
    CIRCUS_PID: pid,
    CIRCUS_SIGNAL: signum,
    CIRCUS_TIME: time,
    CIRCUS_EXIT_CODE: exitCode,
    CIRCUS_PROCESS_STATUS: processStatus,
  }
  const others = Object.entries(environment).filter(([name]) => !Object.hasOwn(told, name))
  const known = Object.entries(told).flatMap(([name, value]) =>
    value === undefined || value === null ? [] : [[name, String(value)]],
  )
  return Object.fromEntries([...others, ...known])
}
