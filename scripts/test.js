// Everything that must hold: lint, format, types, build, tests. Arguments pick test files by a part of their path.
import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { build, install, root, run, runTool } from './toolchain.js'

/** No test takes a tenth of this: one that does hangs, and must not take the whole run with it. */
const TIMEOUT_MS = 120_000

install()
runTool('oxlint', ['--type-aware', '--deny-warnings'])
runTool('oxfmt', ['--check'])
build()
const sources = new Set(
  readdirSync(join(root, 'test', 'src'), { recursive: true, encoding: 'utf8' }),
)
const wanted = process.argv.slice(2)
const files = testFiles(join(root, 'test', 'dist')).filter(
  (file) => wanted.length === 0 || wanted.some((part) => file.includes(part)),
)
if (files.length === 0) {
  console.error(`No test file has ${wanted.join(' or ')} in its path.`)
  process.exit(1)
}
run(process.execPath, ['--test', '--test-reporter=spec', `--test-timeout=${TIMEOUT_MS}`, ...files])

/** Compiled tests whose source still exists. */
function testFiles(directory) {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.js'))
    .filter((name) => sources.has(name.replace(/\.js$/, '.ts')))
    .map((name) => relative(root, join(directory, name)))
    .toSorted()
}
