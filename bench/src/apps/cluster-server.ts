/**
 * node:cluster, round robin, as its documentation has it: `cluster-server.js APP PORT WORKERS`.
 * A worker that dies is forked anew.
 */
import cluster from 'node:cluster'
import { createServer } from 'node:http'
import { loadApp } from './load-app.ts'
import { sayReady } from './say-ready.ts'

const [app = '', port = '', workers = ''] = process.argv.slice(2)

if (cluster.isPrimary) {
  cluster.schedulingPolicy = cluster.SCHED_RR
  let awaited = Number(workers)
  cluster.on('listening', () => {
    awaited -= 1
    if (awaited === 0) sayReady()
  })
  cluster.on('exit', () => cluster.fork())
  for (let count = Number(workers); count > 0; count -= 1) cluster.fork()
} else {
  createServer(await loadApp(app)).listen(Number(port), '127.0.0.1')
}
