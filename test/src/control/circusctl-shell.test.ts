import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import {
  HISTORY_LINES,
  historyFile,
  readHistory,
  rememberLine,
} from '../../../supervisor/dist/cli/circusctl/shell-history.js'
import { within } from '../integration/daemon-under-test.ts'
import { temporaryDirectory } from '../os/temporary-directory.ts'
import { circusctl, PROGRAM } from './circusctl-process.ts'
import { startFakeDaemon } from './fake-daemon.ts'

test('lines from a pipe are run without prompts: echo status | circusctl', async (t) => {
  const { endpoint } = await startFakeDaemon(t)
  const input = "# a comment\n\nnumwatchers\nlist 'WEB'\n"
  const outcome = await circusctl(['--endpoint', endpoint], {}, input)
  assert.deepEqual(outcome, { code: 0, stdout: '4\n11348,11349\n', stderr: '' })
})

test('global options hold for every line from a pipe', async (t) => {
  const { endpoint } = await startFakeDaemon(t)
  const { stdout } = await circusctl(['--endpoint', endpoint, '--json'], {}, 'numwatchers\nlist\n')
  const replies = stdout.trimEnd().split('\n')
  assert.deepEqual(
    replies.map((reply) => JSON.parse(reply).status),
    ['ok', 'ok'],
  )
})

test('a line that fails does not stop the next one; its code is the exit code', async (t) => {
  const { endpoint } = await startFakeDaemon(t)
  const input = 'bogus\nstatus nope\nnumwatchers\nexit\nnumwatchers\n'
  const { code, stdout, stderr } = await circusctl(['--endpoint', endpoint], {}, input)
  assert.deepEqual({ code, stdout }, { code: 3, stdout: '4\n' })
  assert.match(stderr, /Cannot find command "bogus".*\nerror: program nope not found\n$/)
})

test('quit from a pipe is not asked about', async (t) => {
  const daemon = await startFakeDaemon(t)
  await circusctl(['--endpoint', daemon.endpoint], {}, 'quit\n')
  assert.deepEqual(daemon.posted, [{ type: 'quit', job: '1' }])
})

test('an empty standard input is an empty script', async () => {
  assert.deepEqual(await circusctl([]), { code: 0, stdout: '', stderr: '' })
})

test('the history is kept in XDG_STATE_HOME, else in ~/.local/state', () => {
  assert.equal(historyFile({ XDG_STATE_HOME: '/state' }), '/state/circusctl/history')
  assert.match(historyFile({ XDG_STATE_HOME: 'relative' }), /\/\.local\/state\/circusctl\/history$/)
})

test('the history is for its owner alone; blank lines and lines that begin with a blank are not in it', (t) => {
  const file = join(temporaryDirectory(t), 'state', 'history')
  for (const line of ['list', '', ' set web env SECRET=1', 'status']) rememberLine(file, line)
  assert.equal(readFileSync(file, 'utf8'), 'list\nstatus\n')
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.deepEqual(readHistory(file), ['status', 'list'])
})

test('a long history is shortened when it is read, and a missing one is empty', (t) => {
  const directory = temporaryDirectory(t)
  const file = join(directory, 'history')
  const lines = Array.from({ length: 2 * HISTORY_LINES + 1 }, (_, index) => `line ${index}`)
  writeFileSync(file, `${lines.join('\n')}\n`)
  assert.equal(readHistory(file).length, HISTORY_LINES)
  assert.equal(readFileSync(file, 'utf8').trimEnd().split('\n').length, HISTORY_LINES)
  assert.deepEqual(readHistory(join(directory, 'none')), [])
})

test('a history that cannot be written disturbs nobody', (t) => {
  const file = join(temporaryDirectory(t), 'file')
  writeFileSync(file, '')
  rememberLine(join(file, 'below', 'history'), 'list')
  assert.equal(readFileSync(file, 'utf8'), '')
})

/** script(1) gives a program a terminal. */
const about = spawnSync('script', ['--version']).stdout
const hasScript = String(about).includes('util-linux')
const onTerminal = { skip: hasScript ? false : 'there is no script(1) of util-linux' }

/** circusctl on a terminal: types, and waits for what appears. */
class Terminal {
  readonly #child
  readonly #ended: Promise<unknown>
  #screen = ''
  #seen = 0
  #look = (): void => {}
  readonly state: string

  constructor(t: TestContext, endpoint: string) {
    this.state = temporaryDirectory(t)
    const { PATH = '' } = process.env
    const command = `stty columns 200; exec ${process.execPath} ${PROGRAM} --endpoint ${endpoint}`
    this.#child = spawn('script', ['--quiet', '--return', '--flush', '-c', command, '/dev/null'], {
      env: { PATH, TERM: 'xterm', NO_COLOR: '1', SHELL: '/bin/sh', XDG_STATE_HOME: this.state },
    })
    this.#ended = once(this.#child, 'close')
    this.#child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      this.#screen += chunk
      this.#look()
    })
    t.after(() => this.#child.kill())
  }

  type(keys: string): void {
    this.#child.stdin.write(keys)
  }

  /** Resolves when `text` appears behind what was waited for before. */
  async shows(text: string): Promise<void> {
    const shown = new Promise<void>((resolve) => {
      this.#look = () => {
        const at = this.#screen.indexOf(text, this.#seen)
        if (at < 0) return
        this.#seen = at + text.length
        resolve()
      }
    })
    this.#look()
    await within(shown, `"${text}" on the screen:\n${this.#screen.slice(this.#seen)}`)
    this.#look = () => {}
  }

  async exitCode(): Promise<number | null> {
    await within(this.#ended, 'the end of the shell')
    return this.#child.exitCode
  }
}

test('on a terminal: version, status, prompt; exit leaves', onTerminal, async (t) => {
  const { endpoint } = await startFakeDaemon(t)
  const terminal = new Terminal(t, endpoint)
  await terminal.shows('circusctl 0.')
  await terminal.shows('web         active')
  await terminal.shows('(circusctl) ')
  terminal.type('numwatchers\r')
  await terminal.shows('4\r\n')
  terminal.type('exit\r')
  assert.equal(await terminal.exitCode(), 0)
  assert.equal(
    readFileSync(join(terminal.state, 'circusctl', 'history'), 'utf8'),
    'numwatchers\nexit\n',
  )
})

test(
  'on a terminal: an empty line does nothing, Ctrl-C empties the line, Ctrl-D leaves',
  onTerminal,
  async (t) => {
    const daemon = await startFakeDaemon(t)
    const terminal = new Terminal(t, daemon.endpoint)
    await terminal.shows('(circusctl) ')
    terminal.type('incr web\r')
    await terminal.shows('ok\r\n')
    await terminal.shows('(circusctl) ')
    terminal.type('\r')
    await terminal.shows('(circusctl) ')
    terminal.type('decr web')
    await terminal.shows('decr web')
    terminal.type('\u0003')
    await terminal.shows('^C')
    await terminal.shows('(circusctl) ')
    terminal.type('numwatchers\r')
    await terminal.shows('4\r\n')
    await terminal.shows('(circusctl) ')
    terminal.type('\u0004')
    assert.equal(await terminal.exitCode(), 0)
    assert.equal(daemon.posted.length, 1)
  },
)

test('on a terminal: TAB completes commands and names of watchers', onTerminal, async (t) => {
  const { endpoint } = await startFakeDaemon(t)
  const terminal = new Terminal(t, endpoint)
  await terminal.shows('(circusctl) ')
  terminal.type('numw')
  await terminal.shows('numw')
  terminal.type('\t')
  await terminal.shows('atchers')
  terminal.type('\u0003')
  await terminal.shows('(circusctl) ')
  terminal.type('status mi')
  await terminal.shows('status mi')
  terminal.type('\t')
  await terminal.shows('Mixed\\ Case')
  terminal.type('\r')
  await terminal.shows('stopped\r\n')
  terminal.type('\u0004')
  assert.equal(await terminal.exitCode(), 0)
})

test('on a terminal: quit asks first', onTerminal, async (t) => {
  const daemon = await startFakeDaemon(t)
  const terminal = new Terminal(t, daemon.endpoint)
  await terminal.shows('(circusctl) ')
  for (const refusal of ['\r', 'n\r', '\u0003']) {
    terminal.type('quit\r')
    await terminal.shows('[y/N] ')
    terminal.type(refusal)
    await terminal.shows('(circusctl) ')
  }
  assert.deepEqual(daemon.posted, [])
  terminal.type('quit\r')
  await terminal.shows('[y/N] ')
  terminal.type('y\r')
  await terminal.shows('ok\r\n')
  assert.deepEqual(daemon.posted, [{ type: 'quit', job: '1' }])
  terminal.type('\u0004')
  assert.equal(await terminal.exitCode(), 0)
})

test('on a terminal: Ctrl-C ends the wait for a command, not the shell', onTerminal, async (t) => {
  const daemon = await startFakeDaemon(t)
  const terminal = new Terminal(t, daemon.endpoint)
  await terminal.shows('(circusctl) ')
  terminal.type('stop --waiting web\r')
  await terminal.shows('web: active, 2 processes (')
  terminal.type('\u0003')
  await terminal.shows('circusd goes on with stop')
  await terminal.shows('(circusctl) ')
  terminal.type('list "open\r')
  await terminal.shows('a double quote that is never closed')
  terminal.type('\u0004')
  assert.equal(await terminal.exitCode(), 0)
  assert.ok(existsSync(join(terminal.state, 'circusctl', 'history')))
})
