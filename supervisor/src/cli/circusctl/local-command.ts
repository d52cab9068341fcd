import type { CommandUsage } from '../../protocol/command-line.ts'

/** A command that circusctl serves by itself, or by other means than one request and its reply. */
export interface LocalCommand extends CommandUsage {
  readonly kind: 'local'
  readonly name: 'complete' | 'completion' | 'help' | 'listen'
  /** Not in help and completion: for scripts that circusctl has written. */
  readonly isHidden?: boolean
  /** What follows the name is taken as words, whatever it looks like. */
  readonly isRaw?: boolean
}

/** What `run-local.ts` runs. */
export const localCommands: readonly LocalCommand[] = [
  {
    kind: 'local',
    name: 'help',
    summary: 'Show what circusctl or one of its commands does',
    words: ['[COMMAND]'],
    flags: [],
  },
  {
    kind: 'local',
    name: 'listen',
    summary: 'Subscribe to events of watchers',
    details:
      'Prints an event per line until it is interrupted. A TOPIC is the beginning of a topic: "watcher.web." means all events of web; none means everything. --endpoint means the event endpoint here; without it, circusd is asked for its pubsub_endpoint. There is no history, and what happens while the connection is being made is not seen.',
    words: ['[TOPIC...]'],
    flags: [],
  },
  {
    kind: 'local',
    name: 'completion',
    summary: 'Print a completion script for bash, zsh or fish',
    details:
      'bash: source <(circusctl completion bash)\nzsh: source <(circusctl completion zsh), after compinit\nfish: circusctl completion fish | source\nNames of watchers and options come from the daemon that the typed command would talk to.',
    words: ['SHELL'],
    flags: [],
  },
  {
    kind: 'local',
    name: 'complete',
    summary: 'Print what the last of the words may be, for completion scripts',
    words: ['[WORD...]'],
    flags: [],
    isHidden: true,
    isRaw: true,
  },
]
