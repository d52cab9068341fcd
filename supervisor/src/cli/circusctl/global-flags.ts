import type { Flag } from '../../protocol/command-line.ts'

/** The options of circusctl itself. They stand before the command. */
export const globalFlags: readonly Flag[] = [
  { name: 'endpoint', takes: 'ENDPOINT', summary: 'connection endpoint' },
  { name: 'timeout', takes: 'SECONDS', summary: 'longest wait for an answer (default 5)' },
  { name: 'json', takes: null, summary: 'print replies as JSON' },
  { name: 'prettify', takes: null, summary: 'with --json: indented, keys sorted' },
  { name: 'ssh', takes: 'HOST', summary: 'reach circusd through ssh: [USER@]HOST[:PORT]' },
  { name: 'ssh_keyfile', takes: 'FILE', summary: 'with --ssh: the private key' },
  { name: 'server-key', takes: 'KEY', summary: 'public key of a locked endpoint' },
  { name: 'key', takes: 'FILE', summary: 'for a locked endpoint: the file with your own key pair' },
  { name: 'help', takes: null, summary: 'show this help, or with a command what it does' },
  { name: 'version', takes: null, summary: 'show the version' },
]
