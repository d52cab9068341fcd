// Removes everything that a build has made.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './toolchain.js'

for (const workspace of ['adapters', 'runner', 'supervisor', 'bench', 'test']) {
  rmSync(join(root, workspace, 'dist'), { recursive: true, force: true })
}
