import type { Command } from '../protocol/command.ts'

/** Every command of the command table, each loaded alone: all of them together take 15 ms, one takes 5. */
export const commandLoaders: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['decr', async (): Promise<Command> => (await import('../protocol/commands/decr.ts')).decr],
  [
    'globaloptions',
    async (): Promise<Command> =>
      (await import('../protocol/commands/globaloptions.ts')).globaloptions,
  ],
  ['incr', async (): Promise<Command> => (await import('../protocol/commands/incr.ts')).incr],
  ['list', async (): Promise<Command> => (await import('../protocol/commands/list.ts')).list],
  [
    'listsockets',
    async (): Promise<Command> => (await import('../protocol/commands/listsockets.ts')).listsockets,
  ],
  [
    'numprocesses',
    async (): Promise<Command> =>
      (await import('../protocol/commands/numprocesses.ts')).numprocesses,
  ],
  [
    'numwatchers',
    async (): Promise<Command> => (await import('../protocol/commands/numwatchers.ts')).numwatchers,
  ],
  [
    'options',
    async (): Promise<Command> => (await import('../protocol/commands/options.ts')).options,
  ],
  ['quit', async (): Promise<Command> => (await import('../protocol/commands/quit.ts')).quit],
  ['reload', async (): Promise<Command> => (await import('../protocol/commands/reload.ts')).reload],
  [
    'restart',
    async (): Promise<Command> => (await import('../protocol/commands/restart.ts')).restart,
  ],
  ['start', async (): Promise<Command> => (await import('../protocol/commands/start.ts')).start],
  ['status', async (): Promise<Command> => (await import('../protocol/commands/status.ts')).status],
  ['stop', async (): Promise<Command> => (await import('../protocol/commands/stop.ts')).stop],
])

/** undefined if there is no such command. */
export async function loadCommand(name: string): Promise<Command | undefined> {
  return commandLoaders.get(name.toLowerCase())?.()
}
