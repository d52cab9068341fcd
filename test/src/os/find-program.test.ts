import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { findProgram } from '../../../supervisor/dist/os/find-program.js'
import { temporaryDirectory } from './temporary-directory.ts'

/** first/{tool,text,folder/} and second/{tool,text,folder,link}: only files marked x are executable. */
function tree(t: TestContext): string {
  const root = temporaryDirectory(t)
  mkdirSync(join(root, 'first'))
  mkdirSync(join(root, 'second'))
  mkdirSync(join(root, 'first', 'folder'))
  writeFileSync(join(root, 'first', 'tool'), '', { mode: 0o755 })
  writeFileSync(join(root, 'first', 'text'), '', { mode: 0o644 })
  writeFileSync(join(root, 'second', 'tool'), '', { mode: 0o755 })
  writeFileSync(join(root, 'second', 'text'), '', { mode: 0o755 })
  writeFileSync(join(root, 'second', 'folder'), '', { mode: 0o755 })
  symlinkSync('tool', join(root, 'second', 'link'))
  return root
}

for (const [what, name, path, expected] of [
  [
    'a bare name is looked for in the directories of PATH, in order',
    'tool',
    '%/first:%/second',
    'first/tool',
  ],
  ['a file which is not executable is passed over', 'text', '%/first:%/second', 'second/text'],
  ['a directory is passed over', 'folder', '%/first:%/second', 'second/folder'],
  [
    'a directory of PATH which does not exist is passed over',
    'tool',
    '%/no:%/second',
    'second/tool',
  ],
  ['a relative directory of PATH starts at the working directory', 'tool', 'second', 'second/tool'],
  ['a symbolic link is taken as it is', 'link', '%/second', 'second/link'],
  [
    'a name with a slash is a path from the working directory',
    'first/tool',
    '%/second',
    'first/tool',
  ],
  ['an absolute path is itself', '%/second/tool', '', 'second/tool'],
  ['a path to a file which is not executable is nothing', 'first/text', '%/second', undefined],
  ['a name which nobody has is nothing', 'missing', '%/first', undefined],
  ['an empty name is nothing', '', '%/first', undefined],
] as const) {
  test(what, (t) => {
    const root = tree(t)
    const found = findProgram(name.replace('%', root), path.replaceAll('%', root), root)
    assert.equal(found, expected && join(root, expected))
  })
}

test('an empty element of PATH is the working directory', (t) => {
  const root = tree(t)
  assert.equal(findProgram('tool', '/nowhere:', join(root, 'first')), join(root, 'first', 'tool'))
})

test('without PATH the system directories are searched', () => {
  assert.match(findProgram('sh', undefined, '/nowhere') ?? '', /^(\/usr)?\/bin\/sh$/)
})
