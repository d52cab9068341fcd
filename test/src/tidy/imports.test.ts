import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sourcesOf, type SourceFile } from './source-files.ts'

/** Who may import whom inside supervisor/src. A folder may always import itself. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  core: [],
  config: ['core'],
  protocol: ['core', 'config'],
  os: ['core'],
  net: [],
  streams: ['os', 'core'],
  hooks: ['os', 'core', 'config'],
  arbiter: ['core', 'config', 'protocol', 'os', 'net', 'streams'],
  client: ['protocol', 'net'],
  cli: ['core', 'config', 'protocol', 'os', 'net', 'streams', 'arbiter', 'client'],
}

/** Packages that native code or start-up time makes precious: each has one importer. */
const importers: Readonly<Record<string, string>> = {
  koffi: 'supervisor/src/os/libc.ts',
  zeromq: 'supervisor/src/net/zmq.ts',
}

const supervisor = sourcesOf('supervisor')
const everything = [...supervisor, ...sourcesOf('runner'), ...sourcesOf('adapters')]

function folderOf(path: string): string {
  return path.split('/')[2] ?? ''
}

test('supervisor: imports between folders follow the arrows', () => {
  const wrong = supervisor.flatMap(({ path, imports }) => {
    const from = folderOf(path)
    const allowed = arrows[from] ?? assert.fail(`${path}: the folder ${from} has no rule`)
    return imports
      .filter((target) => target.startsWith('supervisor/'))
      .filter((target) => folderOf(target) !== from && !allowed.includes(folderOf(target)))
      .map((target) => `${path} imports ${target}`)
  })
  assert.deepEqual(wrong, [])
})

test('supervisor and runner share no code', () => {
  const wrong = everything.flatMap(({ path, imports }) => {
    const others = path.startsWith('supervisor/')
      ? /^(runner|adapters)\/|^@bigtop\/(runner|adapters)/
      : /^supervisor\/|^@bigtop\/supervisor/
    return imports.filter((target) => others.test(target)).map((target) => `${path}: ${target}`)
  })
  assert.deepEqual(wrong, [])
})

test('adapters do not know the runner', () => {
  const wrong = sourcesOf('adapters').flatMap(({ path, imports }) =>
    imports.filter((target) => /^(@bigtop\/)?runner/.test(target)).map((to) => `${path}: ${to}`),
  )
  assert.deepEqual(wrong, [])
})

test('core, config and protocol are pure: no node:, no package, no clock, no chance, no promise', () => {
  const impure =
    /\b(Date\.now|new Date\(\)|Math\.random|setTimeout|setInterval|setImmediate|queueMicrotask|performance\.now|process\.(?:env|argv|platform|hrtime)|await|async)\b/
  const wrong = supervisor
    .filter(({ path }) => ['core', 'config', 'protocol'].includes(folderOf(path)))
    .flatMap(({ path, text, imports }) => [
      ...imports.filter((to) => !to.startsWith('supervisor/')).map((to) => `${path}: ${to}`),
      ...code(text).flatMap((line) => (impure.test(line) ? [`${path}: ${line.trim()}`] : [])),
    ])
  assert.deepEqual(wrong, [])
})

test('each precious package has one importer', () => {
  for (const [name, importer] of Object.entries(importers)) {
    const found = everything.filter(({ imports }) => imports.includes(name))
    assert.deepEqual(
      found.map(({ path }) => path),
      [importer],
    )
  }
})

test('no cycle among the files of a workspace', () => {
  const files = new Map(everything.map((file) => [file.path, file]))
  const done = new Set<string>()
  for (const file of everything) visit(file, [], files, done)
})

test('process.exit is called in bin/ only', () => {
  const wrong = everything.filter(({ text }) =>
    code(text).some((line) => line.includes('process.exit(')),
  )
  assert.deepEqual(
    wrong.map(({ path }) => path),
    [],
  )
})

function visit(
  file: SourceFile,
  above: readonly string[],
  files: ReadonlyMap<string, SourceFile>,
  done: Set<string>,
): void {
  assert.ok(!above.includes(file.path), `cycle: ${[...above, file.path].join(' -> ')}`)
  if (done.has(file.path)) return
  for (const target of file.imports) {
    const next = files.get(target)
    if (next) visit(next, [...above, file.path], files, done)
  }
  done.add(file.path)
}

/** The lines of a source that are not comments. */
function code(text: string): readonly string[] {
  return text.split('\n').filter((line) => !/^\s*(\/\/|\/?\*)/.test(line))
}
