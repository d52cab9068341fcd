import { splitWords } from '../../config/words.ts'
import { type CommandAction, parseCommand } from './arguments.ts'

/** What a line of the shell means. */
export type ShellInput =
  | { readonly type: 'nothing' }
  | { readonly type: 'leave' }
  /** The list of commands. */
  | { readonly type: 'help' }
  | { readonly type: 'wrong'; readonly message: string }
  /** `stopsDaemon`: to be asked about before. */
  | { readonly type: 'command'; readonly action: CommandAction; readonly stopsDaemon: boolean }

/** Words are split and quoted as in a POSIX shell. A line that begins with `#` is a comment. */
export function parseShellInput(line: string): ShellInput {
  if (line.trim() === '' || line.trimStart().startsWith('#')) return { type: 'nothing' }
  const split = splitWords(line)
  if (!split.ok) return { type: 'wrong', message: `Cannot read this line: it ${split.wrong}` }
  const [first = '', ...rest] = split.words
  if (['exit', 'EOF'].includes(first)) return { type: 'leave' }
  const name = first === '?' ? 'help' : first
  if (name === 'help' && rest.length === 0) return { type: 'help' }
  const action = parseCommand([name, ...rest])
  if (action.type === 'misuse' && action.command === null) {
    return { type: 'wrong', message: action.message }
  }
  const stopsDaemon = action.type === 'call' && action.command.name === 'quit'
  return { type: 'command', action, stopsDaemon }
}
