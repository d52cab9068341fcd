import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configOf, problemsOf, watcherOf } from './parse-text.ts'

const daemon = {
  PATH: '/usr/bin',
  HOME: '/home/u',
  LC_ALL: 'C',
  TZ: 'UTC',
  SECRET: 's',
  PAD: ' x $HOME ',
}

function envOf(lines: string, sections: string) {
  return watcherOf(`cmd = x\n${lines}`, sections, { environment: daemon }).env
}

const base = { PATH: '/usr/bin', HOME: '/home/u', LC_ALL: 'C', TZ: 'UTC' }

const cases: [rule: string, lines: string, sections: string, env: Record<string, string>][] = [
  ['the base is a clean minimal one', '', '', base],
  [
    'copy_env copies all, unchanged',
    'copy_env = true',
    '',
    { ...base, SECRET: 's', PAD: ' x $HOME ' },
  ],
  ['[env] is for all', '', '[env]\nA = 1', { ...base, A: '1' }],
  ['names keep their case', '', '[env]\nnode_Env = x', { ...base, node_Env: 'x' }],
  ['[env] wins over the base', '', '[env]\nTZ = CET', { ...base, TZ: 'CET' }],
  [
    '[env] wins over copied variables',
    'copy_env = 1',
    '[env]\nPAD =\nSECRET = t',
    {
      ...base,
      SECRET: 't',
      PAD: '',
    },
  ],
  [
    '[env:...] wins over [env], wherever [env] stands',
    '',
    '[env:web]\nA = 2\n[env]\nA = 1',
    {
      ...base,
      A: '2',
    },
  ],
  [
    'of several [env:...] the later wins',
    '',
    '[env:w*]\nA = 1\nB = 1\n[env:web]\nA = 2',
    {
      ...base,
      A: '2',
      B: '1',
    },
  ],
  ['one of several globs is enough', '', '[env: job*, w?b ]\nA = 1', { ...base, A: '1' }],
  ['globs that do not match give nothing', '', '[env:Web,we]\nA = 1', base],
  [
    "$NAME is circusd's variable",
    '',
    '[env]\nPATH = $PATH:/opt',
    { ...base, PATH: '/usr/bin:/opt' },
  ],
  ['$NAME is replaced in [env:...] too', '', '[env:web]\nA = $SECRET/$TZ', { ...base, A: 's/UTC' }],
  ['an unset $NAME becomes empty', '', '[env]\nA = x$NOPE_1-', { ...base, A: 'x-' }],
  [
    '$NAME does not see variables of the file',
    '',
    '[env]\nB = 1\nA = x$B',
    { ...base, A: 'x', B: '1' },
  ],
  ['${NAME} and lower case stay', '', '[env]\nA = ${HOME} $home', { ...base, A: '${HOME} $home' }],
  ['values are trimmed after replacing', '', '[env]\nA = $NOPE x', { ...base, A: 'x' }],
  [
    '[env] expands $(circus.env.X) of circusd',
    '',
    '[env]\nA = $(circus.env.SECRET)',
    {
      ...base,
      A: 's',
    },
  ],
  [
    '[env] does not see itself',
    '',
    '[env]\nB = 1\nA = $(circus.env.B)',
    {
      ...base,
      A: '$(circus.env.B)',
      B: '1',
    },
  ],
  [
    '[env] knows the directory of the main file',
    '',
    '[env]\nA = $(circus.config_dir)',
    {
      ...base,
      A: '/etc/app',
    },
  ],
  [
    '[env:...] expands nothing',
    '',
    '[env:web]\nA = $(circus.env.SECRET)',
    {
      ...base,
      A: '$(circus.env.SECRET)',
    },
  ],
  [
    '[DEFAULT] gives no variables',
    '',
    '[DEFAULT]\npriority = 3\n[env]\nA = 1',
    { ...base, A: '1' },
  ],
  ['no variable is named after the section', '', '[env:web]\nA = 1', { ...base, A: '1' }],
]

for (const [rule, lines, sections, env] of cases) {
  test(`environment: ${rule}`, () => assert.deepEqual(envOf(lines, sections), env))
}

test('environment: a watcher is matched by the name it ends up with', () => {
  const { watchers } = configOf('[watcher:a]\ncmd = x\nname = b\n[env:b]\nA = 1', {
    environment: {},
  })
  assert.deepEqual(watchers[0]?.env, { A: '1' })
})

test('environment: text options see what is written, before $NAME is replaced', () => {
  const { workingDir } = watcherOf('cmd = x\nworking_dir = $(circus.env.A)', '[env:web]\nA = $HOME')
  assert.equal(workingDir, '$HOME')
})

test('environment: text options see the variables of their watcher, others only the global ones', () => {
  const watcher = watcherOf(
    'cmd = x $(circus.env.N)\nnumprocesses = $(circus.env.N)',
    '[env]\nN = 2\n[env:web]\nN = 3',
  )
  assert.deepEqual([watcher.cmd, watcher.numprocesses], ['x 3', 2])
})

const told: [mistake: string, sections: string, problem: string][] = [
  [
    'an unset $NAME',
    '[env]\nA = $NOPE',
    "a.ini:4: warning: A: $NOPE is not set in circusd's environment and becomes empty",
  ],
  [
    'a reference in [env:...]',
    '[env:web]\nA = $(circus.env.HOME)',
    'a.ini:4: warning: A: $(circus.env.HOME) stays as it is in [env:...]; move the variable to [env] to have it replaced',
  ],
  [
    'a reference in [env] that names nothing',
    '[env]\nA = $(circus.env.HOMW)',
    'a.ini:4: warning: A: $(circus.env.HOMW) names nothing and stays as it is; did you mean $(circus.env.home)?',
  ],
  [
    'a variable which an indent hides',
    '[env]\nA = 1\n  B = 2',
    'a.ini:5: warning: this line continues A of line 4; remove the indent if it is the option B',
  ],
  [
    'a glob that matches no watcher',
    '[env:wbe]\nA = 1',
    'a.ini:3: warning: [env:wbe]: wbe matches no watcher; did you mean web?',
  ],
]

for (const [mistake, sections, problem] of told) {
  test(`environment: ${mistake} is told`, () => {
    assert.deepEqual(problemsOf(`[watcher:web]\ncmd = x\n${sections}`), [problem])
  })
}
