// What `npm start` and `npm test` need before they can do anything: installed packages and compiled code.
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Runs a command in the root with our terminal; ends this program with its exit code if it fails. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options })
  if (result.error) throw result.error
  if (result.status !== 0) process.exit(result.status ?? 1)
}

/** A program of our dependencies, run by this Node whatever PATH says. */
export function runTool(name, args) {
  run(process.execPath, [join(root, 'node_modules', '.bin', name), ...args])
}

/** Installs what package-lock.json asks for, unless that was done since it changed. */
export function install() {
  refuseOldNode()
  const stamp = join(root, 'node_modules', '.package-lock.json')
  const lock = join(root, 'package-lock.json')
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= statSync(lock).mtimeMs) return
  console.log('Installing packages (npm ci) ...')
  // npm tells the path of its own script to what it runs.
  const npm = process.env['npm_execpath']
  const args = ['ci', '--prefer-offline', '--no-audit', '--no-fund']
  if (npm) run(process.execPath, [npm, ...args])
  else run('npm', args)
}

/** Compiles what has changed, and makes the programs. */
export function build() {
  runTool('tsc', ['-b'])
  run(process.execPath, [join(root, 'scripts', 'bundle.js')])
}

function refuseOldNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  console.error(`Bigtop needs Node 20.19 or newer; this is ${process.versions.node}.`)
  process.exit(1)
}
