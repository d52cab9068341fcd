import { parseArguments } from './arguments.ts'
import { quoteWord, splitBegunLine } from './begun-line.ts'
import { complete, noNames, type Candidate } from './completion.ts'
import { daemonNames } from './daemon-names.ts'
import { EXIT, type ExitCode } from './exit-code.ts'

/** Characters at which bash breaks words apart when it completes, beside blanks and quotes. */
const BASH_BREAKS = /^[:=]+$/

/**
 * For completion scripts. `bash LINE WORD`: the line up to the cursor and the word there as bash sees it; prints lines
 * for COMPREPLY. `zsh WORD...` and `fish WORD...`: the words, the last one being the begun one; prints lines of a
 * candidate, a tab and a hint. Says nothing when it cannot tell anything.
 */
export async function runComplete([shell, ...words]: readonly string[]): Promise<ExitCode> {
  const lines = shell === 'bash' ? await forBash(words) : await forWords(words)
  if (lines.length > 0) console.log(lines.join('\n'))
  return EXIT.ok
}

async function forBash([line = '', word = '']: readonly string[]): Promise<readonly string[]> {
  const { before, current, typed, quote } = splitBegunLine(line)
  const candidates = await candidatesFor(before.slice(1), current)
  // bash replaces only what it takes for the word, which may begin after a colon.
  const kept = typed.length - (BASH_BREAKS.test(word) ? 0 : word.length)
  return candidates.map(({ text }) => quoteWord(text, quote).slice(kept))
}

async function forWords(words: readonly string[]): Promise<readonly string[]> {
  const candidates = await candidatesFor(words.slice(0, -1), words.at(-1) ?? '')
  return candidates.map(({ text, hint }) => (hint === '' ? text : `${text}\t${hint}`))
}

async function candidatesFor(
  before: readonly string[],
  current: string,
): Promise<readonly Candidate[]> {
  const { endpoint, ssh } = parseArguments(before).options
  // Nobody wants to wait for a connection to another host, or to be asked for a password, at a TAB.
  const source = ssh === null ? daemonNames({ tunnel: null, endpoint }) : noNames
  return complete(before, current, source)
}
