// `npm start`: installs and builds what is missing, then supervises the example app in this very process.
import { accessSync } from 'node:fs'
import { delimiter, join, relative } from 'node:path'
import { build, install, root } from './toolchain.js'

install()
build()
const config = join(root, 'examples', 'http-app', 'circus.ini')
accessSync(config)
const bin = join(root, 'node_modules', '.bin')
const path = (process.env['PATH'] ?? '').split(delimiter)
if (!path.includes(bin)) process.env['PATH'] = [bin, ...path].join(delimiter)
const circusctl = relative(process.cwd(), join(bin, 'circusctl'))

console.log(`
circusd now runs two workers of examples/http-app on http://127.0.0.1:8080/

  Open the page, then try in a second terminal, in this directory:
    ${circusctl} status
    ${circusctl} reload web        every worker is replaced, no request is lost
    ${circusctl} incr web          one worker more
    kill -9 a worker's pid          it is back at once
  Ctrl-C here stops everything. The tour: examples/http-app/README.md
`)
process.argv = [process.execPath, join(bin, 'circusd'), config]
await import('../supervisor/bin/circusd.js')
