import { knownCommands } from './known-commands.ts'

/**
 * For the bash function of Circus, which sets `AUTO_COMPLETE`, `COMP_WORDS` and `COMP_CWORD`: prints the names of the
 * commands that begin as the first word does, in one line.
 * @returns The exit code: always 1, as with Circus.
 */
export function autoComplete(environment: Readonly<Record<string, string | undefined>>): number {
  const { COMP_WORDS: words = '', COMP_CWORD: index } = environment
  if (index === '1') {
    const begun = words.split(' ')[1] ?? ''
    const names = knownCommands().map(({ name }) => name)
    console.log(names.filter((name) => name.startsWith(begun)).join(' '))
  }
  return 1
}
