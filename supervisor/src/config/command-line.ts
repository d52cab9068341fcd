import { expand, type Variables } from './expand.ts'
import type { WatcherOptions } from './options.ts'
import { splitWords } from './words.ts'

/** The words of a command, of which there is at least one, or what is wrong with which option. */
export type CommandLine =
  | { readonly ok: true; readonly argv: readonly [string, ...string[]] }
  | { readonly ok: false; readonly option: 'cmd' | 'args' | 'shell_args'; readonly wrong: string }

/** What a command line is made of. */
export type CommandOptions = Pick<WatcherOptions, 'cmd' | 'args' | 'shell' | 'shellArgs'>

const SHELL = '/bin/sh'

/**
 * The argument vector of a process: variables are put into `cmd` and `args`, both are split into words, those of `args` come last.
 * So a variable's value may hold several words. If `cmd` is empty, the first word of `args` is the program.
 * With `shell` they are one line of /bin/sh, as written: Circus quotes each word, so that operators and variables of the shell
 * reach the program as arguments.
 */
export function commandLine(watcher: CommandOptions, variables: Variables): CommandLine {
  return watcher.shell ? shellLine(watcher, variables) : programLine(watcher, variables)
}

function programLine(watcher: CommandOptions, variables: Variables): CommandLine {
  const cmd = splitWords(expand(watcher.cmd, variables))
  if (!cmd.ok) return { ok: false, option: 'cmd', wrong: cmd.wrong }
  const args = splitWords(expand(watcher.args, variables))
  if (!args.ok) return { ok: false, option: 'args', wrong: args.wrong }
  const [program, ...rest] = [...cmd.words, ...args.words]
  if (program === undefined || program === '') return namesNoProgram(watcher)
  return { ok: true, argv: [program, ...rest] }
}

function shellLine(watcher: CommandOptions, variables: Variables): CommandLine {
  const parts = [watcher.cmd, watcher.args].filter((part) => part !== '')
  const line = expand(parts.join(' '), variables)
  if (line.trim() === '') return namesNoProgram(watcher)
  const shellArgs = splitWords(expand(watcher.shellArgs ?? '', variables))
  if (!shellArgs.ok) return { ok: false, option: 'shell_args', wrong: shellArgs.wrong }
  return { ok: true, argv: [SHELL, '-c', line, ...shellArgs.words] }
}

function namesNoProgram({ cmd }: CommandOptions): CommandLine {
  return { ok: false, option: cmd === '' ? 'args' : 'cmd', wrong: 'names no program' }
}
