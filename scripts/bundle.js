// Makes one file of each program: Node resolves and opens every module by itself, which costs circusd a third and the
// runner two thirds of their start-up time. What is bundled is the output of tsc; packages stay outside.
import { build } from 'esbuild'
import { root } from './toolchain.js'

/** Packages that stay packages: native code, and what only some apps need. */
const external = ['koffi', 'srvx', 'zeromq']

/** Beside its entry, so that what a program finds by its own place is found from there too. */
const entries = [
  'runner/dist/main.js',
  'supervisor/dist/cli/circusctl.js',
  'supervisor/dist/cli/circusd.js',
]

await Promise.all(
  entries.map((entry) =>
    build({
      absWorkingDir: root,
      entryPoints: [entry],
      outfile: entry.replace(/\.js$/, '.bundle.js'),
      bundle: true,
      platform: 'node',
      target: 'node20.19',
      format: 'esm',
      external,
      sourcemap: true,
      logLevel: 'warning',
    }),
  ),
)
