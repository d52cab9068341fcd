import { ROLES } from '../../protocol/access.ts'
import type { CommandUsage } from '../../protocol/command-line.ts'

/** A command that circusctl serves by itself, or by other means than one request and its reply. */
export interface LocalCommand extends CommandUsage {
  readonly kind: 'local'
  readonly name: 'authorize' | 'complete' | 'completion' | 'help' | 'keygen' | 'listen'
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
    name: 'keygen',
    summary: 'Make a key pair for a locked endpoint',
    details:
      'Writes it to FILE (circus.key if none is given), which must not exist and which only you can read, and prints the public key: it goes into the list of authorized keys of a circusd, by circusctl authorize there. A circusd needs a pair of its own: curve_server_key.',
    words: ['[FILE]'],
    flags: [],
  },
  {
    kind: 'local',
    name: 'authorize',
    summary: 'Let a public key in at a locked endpoint',
    details:
      'Adds a line to the list of authorized keys of this machine; a running circusd takes it up by itself. docs/security.md tells what the roles may do.',
    words: ['PUBLIC_KEY'],
    flags: [
      { name: 'role', takes: 'ROLE', summary: 'read, operate or admin', choices: [...ROLES] },
      { name: 'name', takes: 'WHO', summary: 'whose key it is, for the audit' },
      { name: 'file', takes: 'FILE', summary: 'the list (default authorized_keys)' },
    ],
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
