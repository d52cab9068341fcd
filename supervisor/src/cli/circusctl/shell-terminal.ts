import { on } from 'node:events'
import { createInterface, type Interface } from 'node:readline'
import { parseCommand } from './arguments.ts'
import { quoteWord, splitBegunLine } from './begun-line.ts'
import { completeShellLine } from './completion.ts'
import { daemonNames } from './daemon-names.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import { shellHelp } from './help.ts'
import { runCommand } from './run-command.ts'
import type { Session } from './session.ts'
import { HISTORY_LINES, historyFile, readHistory, rememberLine } from './shell-history.ts'
import { parseShellInput } from './shell-input.ts'

const PROMPT = '(circusctl) '

const QUESTION =
  'This stops circusd with all its watchers; exit only leaves the shell. Stop circusd? [y/N] '

/** The shell on a terminal: banner, status, prompt; history, completion; Ctrl-C ends the line or the wait, Ctrl-D the shell. */
export async function converse(session: Session, banner: string): Promise<ExitCode> {
  console.log(banner)
  await runCommand(parseCommand(['status']), session)
  console.log('help lists the commands, exit or Ctrl-D leaves.')
  const terminal = new ShellTerminal(session)
  await terminal.run()
  return EXIT.ok
}

/** One conversation: its lines, and the command that runs. */
class ShellTerminal {
  readonly #session: Session
  readonly #file = historyFile(process.env)
  readonly #lines: Interface
  /** Aborted by Ctrl-C; null while the prompt stands there. */
  #running: AbortController | null = null
  #isAsking = false

  constructor(session: Session) {
    this.#session = session
    this.#lines = createInterface({
      input: process.stdin,
      output: process.stdout,
      prompt: PROMPT,
      history: readHistory(this.#file),
      historySize: HISTORY_LINES,
      removeHistoryDuplicates: true,
      completer: (line: string, answer: Answer) => void this.#complete(line, answer),
    })
    this.#lines.on('SIGINT', () => this.#interrupt())
    // An answer to a question is no command that anybody wants back.
    this.#lines.on('history', (history: string[]) => {
      if (this.#isAsking) history.shift()
    })
    session.signal.addEventListener('abort', () => this.#lines.close(), { once: true })
  }

  async run(): Promise<void> {
    const lines = on(this.#lines, 'line', { close: ['close'] })
    this.#lines.prompt()
    for await (const [line] of lines) {
      if (!(await this.#take(String(line)))) break
      this.#lines.prompt()
    }
    this.#lines.close()
  }

  /** @returns Whether there is more to come. */
  async #take(line: string): Promise<boolean> {
    rememberLine(this.#file, line)
    const input = parseShellInput(line)
    switch (input.type) {
      case 'nothing':
        return true
      case 'leave':
        return false
      case 'help':
        console.log(shellHelp())
        return true
      case 'wrong':
        console.error(input.message)
        return true
      case 'command':
        if (input.stopsDaemon && !(await this.#isSure())) return true
        await this.#run(input.action)
        return true
    }
  }

  async #run(action: Parameters<typeof runCommand>[0]): Promise<void> {
    this.#running = new AbortController()
    const signal = AbortSignal.any([this.#session.signal, this.#running.signal])
    try {
      await runCommand(action, { ...this.#session, signal })
    } finally {
      this.#running = null
    }
  }

  /** `quit` is easily taken for the way out of the shell. */
  async #isSure(): Promise<boolean> {
    this.#isAsking = true
    this.#running = new AbortController()
    const { signal } = this.#running
    const answer = await new Promise<string>((resolve) => {
      const refuse = (): void => resolve('')
      signal.addEventListener('abort', refuse, { once: true })
      this.#lines.once('close', refuse)
      this.#lines.question(QUESTION, { signal }, resolve)
    })
    this.#isAsking = false
    this.#running = null
    return /^y(es)?$/i.test(answer.trim())
  }

  /** Ends the wait for the command that runs, which goes on in circusd; else empties the line. */
  #interrupt(): void {
    process.stdout.write('^C\n')
    if (this.#running !== null) {
      this.#running.abort()
      return
    }
    this.#lines.write(null, { ctrl: true, name: 'e' })
    this.#lines.write(null, { ctrl: true, name: 'u' })
    this.#lines.prompt()
  }

  async #complete(line: string, answer: Answer): Promise<void> {
    const { before, current, typed, quote } = splitBegunLine(line)
    const candidates = await completeShellLine(before, current, daemonNames(this.#session))
    const words = candidates.map(({ text }) => quoteWord(text, quote))
    const [only] = words
    const isWhole = words.length === 1 && only !== undefined && !/[.=]$/.test(only)
    answer(null, [isWhole ? [`${only} `] : words, typed])
  }
}

type Answer = (error: null, result: [string[], string]) => void
