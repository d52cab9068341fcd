import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { test } from 'node:test'
import { DaemonUnderTest } from './daemon-under-test.ts'

const NOT_LINUX = process.platform === 'linux' ? false : 'NOT RUN: reads /proc'
const NOT_ROOT =
  process.geteuid?.() === 0 ? false : 'NOT RUN: only root can start processes as others'

const program = fileURLToPath(new URL('../../fixtures/programs/tell-process.sh', import.meta.url))

interface Row {
  readonly option: string
  /** Lines of the watcher's section beside those of every row. */
  readonly lines: string
  readonly expected: readonly RegExp[]
  /** Whether it takes privilege. */
  readonly needsRoot?: true
}

const ROWS: readonly Row[] = [
  { option: 'umask', lines: 'umask = 027', expected: [/^umask 0027$/m] },
  { option: 'nice', lines: 'nice = 9', expected: [/^nice 9$/m] },
  {
    option: 'rlimit_nofile',
    lines: 'rlimit_nofile = 111',
    expected: [/^Max open files +111 +111 /m],
  },
  { option: 'rlimit_core', lines: 'rlimit_core = 0', expected: [/^Max core file size +0 +0 /m] },
  {
    option: 'umask, nice and limits at once',
    lines: 'umask = 0\nnice = 4\nrlimit_NOFILE = 222\nrlimit_fsize = 1000001',
    expected: [/^umask 0000$/m, /^nice 4$/m, /files +222 +222 /, /file size +1000001 +1000001 /],
  },
  { option: 'working_dir', lines: 'working_dir = /usr', expected: [/^cwd \/usr$/m] },
  {
    option: 'shell',
    lines: `cmd = A=b; exec /bin/sh "${program}" "$A" $0\nshell = true\nshell_args = zero`,
    expected: [/^arguments b zero$/m],
  },
  {
    option: 'executable',
    lines: `executable = /bin/sh\ncmd = worker "${program}"`,
    expected: [/^argv worker\|.*tell-process\.sh\|$/m],
  },
  {
    option: 'stdin_socket',
    lines: 'stdin_socket = web',
    expected: [/^stdin socket:\[\d+\]$/m],
  },
  {
    option: 'stdin_socket at a gate',
    lines: 'stdin_socket = web\nnice = 1\nuse_sockets = true',
    expected: [/^stdin socket:\[\d+\]$/m, /^nice 1$/m, /^LISTEN_PID is (\d+), pid is \1$/m],
  },
  {
    option: 'uid',
    lines: 'uid = nobody',
    expected: [/^Uid: 65534 65534 65534 65534$/m, /^Gid: (\d+) \1 \1 \1$/m],
    needsRoot: true,
  },
  {
    option: 'gid alone',
    lines: 'gid = 1',
    expected: [/^Gid: 1 1 1 1$/m, /^Uid: 0 0 0 0$/m],
    needsRoot: true,
  },
  {
    option: 'uid and gid with umask, nice and limits',
    lines: 'uid = nobody\ngid = 1\numask = 077\nnice = 2\nrlimit_nofile = 333',
    expected: [
      /^Uid: 65534 65534 65534 65534$/m,
      /^Gid: 1 1 1 1$/m,
      /^umask 0077$/m,
      /^nice 2$/m,
      /files +333 +333 /,
    ],
    needsRoot: true,
  },
]

function iniOf(rows: readonly Row[]): string {
  const watchers = rows.map(({ lines }, index) => {
    const command = lines.includes('cmd = ') ? '' : `cmd = /bin/sh "${program}"\n`
    return `[watcher:w${index}]\nautostart = false\nready = none\n${command}${lines}\n`
  })
  return [...watchers, '[socket:web]\nhost = 127.0.0.1\nport = 0\n'].join('\n')
}

test('a process is started with what its options say', { skip: NOT_LINUX }, async (t) => {
  await using daemon = await DaemonUnderTest.start(iniOf(ROWS))
  for (const [index, { option, expected, needsRoot }] of ROWS.entries()) {
    const skip = needsRoot === true && NOT_ROOT
    await t.test(option, { skip }, async () => {
      await daemon.start(`w${index}`)
      await daemon.logs(`END w${index}\n`)
      const [, told = ''] = daemon.output.split(`BEGIN w${index}\n`)
      for (const pattern of expected) assert.match(told.split('END w')[0] ?? '', pattern)
    })
  }
})

interface Refusal {
  readonly option: string
  readonly lines: string
  readonly message: string
}

const REFUSALS: readonly Refusal[] = [
  {
    option: 'uid of nobody known',
    lines: 'uid = no-such-user',
    message: 'Cannot find the user no-such-user: no user of this system has that name',
  },
  {
    option: 'gid of nobody known',
    lines: 'gid = 3999999999',
    message: 'Cannot find the group 3999999999: no group of this system has that number',
  },
  {
    option: 'a limit beyond what the system grants',
    lines: 'rlimit_nofile = 999999999999',
    message: 'cannot set rlimit_nofile to 999999999999: operation not permitted (EPERM)',
  },
  {
    option: 'executable by way of a shell',
    lines: 'executable = /bin/sh\numask = 022',
    message: 'which cannot give a program another name; drop executable',
  },
]

test('what cannot be had fails the start with one sentence', { skip: NOT_LINUX }, async (t) => {
  await using daemon = await DaemonUnderTest.start(iniOf(REFUSALS.map(asRow)))
  for (const [index, { option, message }] of REFUSALS.entries()) {
    await t.test(option, async () => {
      const reply = await daemon.call('start', { name: `w${index}`, waiting: true })
      assert.equal(reply['status'], 'error')
      await daemon.logs(message)
    })
  }
})

function asRow({ option, lines }: Refusal): Row {
  return { option, lines, expected: [] }
}
