/**
 * The program which runs the module hooks of one watcher: requests come over Node's IPC channel, answers go back over it.
 * It leads a process group of its own, and ends it when the daemon is gone.
 */
import { killGroup } from '../os/signal.ts'
import type { HostRequest } from './host-message.ts'
import { runModuleHook } from './run-module-hook.ts'

// Kept from hooks, which might take its place on `process`.
const send = process.send?.bind(process)

process.on('message', (request: HostRequest) => {
  void runModuleHook(request).then((reply) => send?.(reply))
})
process.on('disconnect', () => killGroup(process.pid))
