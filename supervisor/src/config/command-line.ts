import { expand, type Variables } from './expand.ts'
import { splitWords } from './words.ts'

/** The words of a command, of which there is at least one, or what is wrong with which option. */
export type CommandLine =
  | { readonly ok: true; readonly argv: readonly [string, ...string[]] }
  | { readonly ok: false; readonly option: 'cmd' | 'args'; readonly wrong: string }

/**
 * The argument vector of a process: variables are put into `cmd` and `args`, both are split into words, those of `args` come last.
 * So a variable's value may hold several words. If `cmd` is empty, the first word of `args` is the program.
 */
export function commandLine(
  watcher: { readonly cmd: string; readonly args: string },
  variables: Variables,
): CommandLine {
  const cmd = splitWords(expand(watcher.cmd, variables))
  if (!cmd.ok) return { ok: false, option: 'cmd', wrong: cmd.wrong }
  const args = splitWords(expand(watcher.args, variables))
  if (!args.ok) return { ok: false, option: 'args', wrong: args.wrong }
  const [program, ...rest] = [...cmd.words, ...args.words]
  if (program === undefined || program === '') {
    const option = watcher.cmd === '' ? 'args' : 'cmd'
    return { ok: false, option, wrong: 'names no program' }
  }
  return { ok: true, argv: [program, ...rest] }
}
