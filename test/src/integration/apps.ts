/** Configuration and tiny apps of the integration tests. */

/** Two workers behind one TCP socket on a free port. */
export const WEB_INI = `
[watcher:web]
cmd = runner --fd $(circus.sockets.web) app.mjs
numprocesses = 2
use_sockets = true
graceful_timeout = 10

[socket:web]
host = 127.0.0.1
port = 0
`

/** Answers with its build, wid, generation and pid. */
export function answersWith(build: string): string {
  return `
const { CIRCUS_WID, CIRCUS_GENERATION } = process.env
const who = ['${build}', CIRCUS_WID, CIRCUS_GENERATION, process.pid].join(' ')
export default (request, response) => {
  request.resume()
  request.on('end', () => response.end(who))
}
`
}

export const THROWS_AT_IMPORT = `throw new Error('this build is broken')\n`

/** Loads, but its module is never done: READY is never said. */
export const NEVER_READY = `await new Promise(() => setInterval(() => {}, 60_000))\nexport default () => {}\n`
