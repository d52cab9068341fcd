import assert from 'node:assert/strict'
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { readConfigFile } from '../../../supervisor/dist/arbiter/config-file.js'

async function directoryOf(t: TestContext): Promise<string> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'bigtop-config-')))
  t.after(() => rm(directory, { recursive: true }))
  return directory
}

test('config file: a hook is looked up beside the file that names it, and is no directory', async (t) => {
  const directory = await directoryOf(t)
  const [main, more] = [join(directory, 'circus.ini'), join(directory, 'conf.d/web.ini')]
  await mkdir(join(directory, 'conf.d/folder.js'), { recursive: true })
  await writeFile(join(directory, 'conf.d/hooks.js'), '')
  await writeFile(main, '[circus]\ninclude_dir = conf.d\n')
  await writeFile(more, '[watcher:web]\ncmd = x\nhooks.after_stop = ./hooks.js:check\n')
  const { config } = readConfigFile(main, {}, false)
  assert.deepEqual(config?.watchers[0]?.hooks[0]?.target, {
    kind: 'module',
    module: join(directory, 'conf.d/hooks.js'),
    export: 'check',
  })

  await writeFile(
    more,
    '[watcher:web]\ncmd = x\nhooks.after_stop = ./folder.js\nhooks.before_stop = ../hooks.js\nhooks.after_reap = ./missing/\n',
  )
  const { problems } = readConfigFile(main, {}, false)
  assert.deepEqual(
    problems.map(({ line, message }) => [line, message.includes('a file that is not there')]),
    [
      [3, true],
      [4, true],
      [5, true],
    ],
  )
})
