/**
 * A small Koa app which tells who answers. Nothing in it knows of sockets, signals or reloads: it exports the app, the
 * runner serves it.
 */
import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import Koa from 'koa'

const MAX_ECHO_BYTES = 1_048_576
const MAX_SLOW_MS = 60_000
const STREAM_LINES = 10
const STREAM_PAUSE_MS = 1_000

const page = readFileSync(new URL('page.html', import.meta.url), 'utf8')

const routes = new Map([
  ['GET /', showPage],
  ['GET /api/whoami', tellWhoami],
  ['GET /stream', streamLines],
  ['GET /slow', answerLate],
  ['POST /echo', echo],
])

const app = new Koa()
app.use((ctx) => {
  const method = ctx.method === 'HEAD' ? 'GET' : ctx.method
  const route = routes.get(`${method} ${ctx.path}`)
  if (route === undefined) ctx.throw(404)
  return route(ctx)
})

export default app

/** The page; it asks `/api/whoami` twice a second from then on. */
function showPage(ctx) {
  ctx.type = 'html'
  ctx.set('Content-Security-Policy', "default-src 'self' 'unsafe-inline'; img-src data:")
  ctx.body = page.replace('{{whoami}}', () => JSON.stringify(whoami()))
  logRequest(ctx)
}

/** Ends the connection after the answer: the next question opens a new one, which any worker may accept. */
function tellWhoami(ctx) {
  ctx.set('Connection', 'close')
  ctx.set('Cache-Control', 'no-store')
  ctx.body = whoami()
}

/** A line a second for ten seconds: long enough to reload in the middle of it. */
function streamLines(ctx) {
  ctx.type = 'text'
  ctx.set('Cache-Control', 'no-store')
  ctx.body = Readable.from(lines())
}

async function* lines() {
  for (let number = 1; number <= STREAM_LINES; number += 1) {
    if (number > 1) await sleep(STREAM_PAUSE_MS)
    yield `line ${number} of ${STREAM_LINES} from ${name(whoami())}\n`
  }
}

/** Answers after `?ms=` milliseconds, 0 to 60,000, by default 3,000. */
async function answerLate(ctx) {
  const ms = Number(ctx.query.ms ?? 3_000)
  if (!(ms >= 0 && ms <= MAX_SLOW_MS)) ctx.throw(400, `ms must be from 0 to ${MAX_SLOW_MS}`)
  await sleep(ms)
  ctx.body = `${ms} ms later: ${name(whoami())}\n`
  logRequest(ctx)
}

/** Gives the request's body back, up to 1 MiB. */
async function echo(ctx) {
  const chunks = []
  let bytes = 0
  for await (const chunk of ctx.req) {
    bytes += chunk.length
    if (bytes > MAX_ECHO_BYTES) ctx.throw(413)
    chunks.push(chunk)
  }
  ctx.type = 'application/octet-stream'
  ctx.body = Buffer.concat(chunks)
}

/** Who answers. `wid` and `generation` are null where no supervisor has set them. */
function whoami() {
  const { CIRCUS_WID: wid = null, CIRCUS_GENERATION: generation = null } = process.env
  return { wid, generation, pid: process.pid, uptimeSeconds: process.uptime() }
}

function name({ wid, generation, pid }) {
  return `worker ${wid ?? '-'}, generation ${generation ?? '-'}, pid ${pid}`
}

/** One line on stdout. The supervisor writes it into the log file, with the time in front. */
function logRequest(ctx) {
  console.log(`${ctx.method} ${ctx.url} ${ctx.status} ${name(whoami())}`)
}
