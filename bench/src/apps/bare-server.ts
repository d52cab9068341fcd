/**
 * Plain `node:http`, as a team writes it without us: `bare-server.js APP PORT|fd:N`.
 * On SIGTERM it does what Node's documentation says, `server.close()`, and ends when that is done.
 */
import { createServer } from 'node:http'
import { loadApp } from './load-app.ts'
import { sayReady } from './say-ready.ts'

const BACKLOG = 2_048

const [app = '', address = ''] = process.argv.slice(2)
const server = createServer(await loadApp(app))
process.on('SIGTERM', () => server.close(() => process.exit()))
if (address.startsWith('fd:')) server.listen({ fd: Number(address.slice(3)) }, BACKLOG, sayReady)
else server.listen(Number(address), '127.0.0.1', BACKLOG, sayReady)
