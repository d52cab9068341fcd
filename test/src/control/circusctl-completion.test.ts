import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, symlinkSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import {
  complete,
  completeShellLine,
  type NameSource,
} from '../../../supervisor/dist/cli/circusctl/completion.js'
import { temporaryDirectory } from '../os/temporary-directory.ts'
import { circusctl, PROGRAM } from './circusctl-process.ts'
import { startFakeDaemon } from './fake-daemon.ts'

const names: NameSource = {
  watchers: async () => ['Mixed Case', 'sleeper', 'web'],
  options: async (watcher) => (watcher === 'web' ? ['cmd', 'copy_env'] : []),
  globalOptions: async () => ['check_delay', 'endpoint'],
  pids: async () => ['11348'],
  jobs: async () => ['17'],
}

const completed: readonly [before: string[], current: string, texts: string[]][] = [
  [[], 'st', ['start', 'status', 'stop']],
  [[], '--ti', ['--timeout']],
  [['--json', '--timeout', '3'], 'numw', ['numwatchers']],
  [['--endpoint'], 'x', []],
  [['--bogus'], '', []],
  [['status'], '', ['Mixed Case', 'sleeper', 'web']],
  [['status'], 'mi', ['Mixed Case']],
  [['status'], 'Mi', ['Mixed Case']],
  [['status', 'web'], '', []],
  [['stop', '--match', 'glob'], 'w', ['web']],
  [['stop', '--match'], '', ['simple', 'glob', 'regex']],
  [['stop'], '--match=r', ['--match=regex']],
  [['stop', '--waiting'], '--', ['--match', '--help']],
  [['globaloptions'], 'c', ['check_delay']],
  [['listen'], '', ['watcher.mixed_case.', 'watcher.sleeper.', 'watcher.web.']],
  [['help'], 'numw', ['numwatchers']],
  [['completion'], '', ['bash', 'zsh', 'fish']],
  [['bogus'], '', []],
]

for (const [before, current, texts] of completed) {
  test(`circusctl ${before.join(' ')} ${current}<TAB>: ${texts.join(', ')}`, async () => {
    const candidates = await complete(before, current, names)
    const found = candidates.map(({ text }) => text)
    // Newer commands may begin in the same way.
    const isCommand = before.length === 0 && !current.startsWith('-')
    assert.deepEqual(isCommand ? found.filter((text) => texts.includes(text)) : found, texts)
  })
}

test('the shell completes its own word too', async () => {
  const candidates = await completeShellLine([], 'ex', names)
  assert.deepEqual(
    candidates.map(({ text }) => text),
    ['exit'],
  )
})

/** What bash would propose for a line, the cursor being at its end. */
async function bashProposes(
  t: TestContext,
  line: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const bin = join(temporaryDirectory(t), 'bin')
  mkdirSync(bin)
  symlinkSync(PROGRAM, join(bin, 'circusctl'))
  const script = `
    source <(circusctl completion bash)
    COMP_LINE=$1; COMP_POINT=\${#COMP_LINE}; shift
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
    _circusctl
    printf '%s\\n' "\${COMPREPLY[@]}"`
  const path = [bin, dirname(process.execPath), process.env['PATH']].join(delimiter)
  const child = spawn('bash', ['--norc', '-c', script, 'bash', line, ...words], {
    env: { PATH: path, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk))
  await once(child, 'close')
  return output.split('\n').filter((reply) => reply !== '')
}

test('bash completes names of watchers by asking the daemon, quoted as they must be typed', async (t) => {
  const { endpoint } = await startFakeDaemon(t)
  const environment = { CIRCUSCTL_ENDPOINT: endpoint }
  const all = await bashProposes(t, 'circusctl status ', ['circusctl', 'status', ''], environment)
  assert.deepEqual(all, ['Mixed\\ Case', 'by-hand', 'sleeper', 'web'])
  const quoted = ['circusctl', 'status', '"Mixed C']
  const one = await bashProposes(t, 'circusctl status "Mixed C', quoted, environment)
  assert.deepEqual(one, ['"Mixed Case"'])
})

test('bash completes with the endpoint that was typed, which it breaks at colons', async (t) => {
  const { endpoint } = await startFakeDaemon(t, 'tcp://127.0.0.1:*')
  const [, port = ''] = /:(\d+)$/.exec(endpoint) ?? []
  const line = `circusctl --endpoint ${endpoint} status w`
  const words = ['circusctl', '--endpoint', 'tcp', ':', '//127.0.0.1', ':', port, 'status', 'w']
  assert.deepEqual(await bashProposes(t, line, words, {}), ['web'])
})

test('bash replaces only what follows an equal sign', async (t) => {
  const words = ['circusctl', 'stop', '--match', '=', 'r']
  assert.deepEqual(await bashProposes(t, 'circusctl stop --match=r', words, {}), ['regex'])
  const begun = ['circusctl', 'stop', '--match', '=']
  const all = await bashProposes(t, 'circusctl stop --match=', begun, {})
  assert.deepEqual(all, ['simple', 'glob', 'regex'])
})

test('completion is silent when there is no daemon', async (t) => {
  const environment = { CIRCUSCTL_ENDPOINT: `ipc://${join(temporaryDirectory(t), 'nobody')}` }
  const outcome = await circusctl(['complete', 'zsh', 'status', ''], environment)
  assert.deepEqual(outcome, { code: 0, stdout: '', stderr: '' })
})

test('with --ssh nobody is asked: no connection is made for a TAB', async (t) => {
  const { endpoint } = await startFakeDaemon(t)
  const typed = ['--ssh', 'there', '--endpoint', endpoint, 'status', '']
  const { code, stdout } = await circusctl(['complete', 'zsh', ...typed])
  assert.deepEqual({ code, stdout }, { code: 0, stdout: '' })
})

test('zsh and fish get a candidate and its hint on each line', async () => {
  for (const shell of ['zsh', 'fish']) {
    const { stdout } = await circusctl(['complete', shell, 'numw'])
    assert.equal(stdout, 'numwatchers\tGet the number of watchers\n')
  }
})

test('there is a script for each shell, and bash finds no mistake in its own', async () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { code, stdout } = await circusctl(['completion', shell])
    assert.equal(code, 0)
    assert.match(stdout, new RegExp(`circusctl complete ${shell} `))
  }
})

test('the bash function of Circus gets names of commands in one line, exit code 1', async () => {
  const environment = { AUTO_COMPLETE: '1', COMP_WORDS: 'circusctl numw', COMP_CWORD: '1' }
  const first = await circusctl([], environment)
  assert.deepEqual(first, { code: 1, stdout: 'numwatchers\n', stderr: '' })
  const second = await circusctl([], { ...environment, COMP_CWORD: '2' })
  assert.deepEqual(second, { code: 1, stdout: '', stderr: '' })
})
