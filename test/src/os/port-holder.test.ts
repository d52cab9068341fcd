import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { test } from 'node:test'
import { holderOfPort, listeningInodes } from '../../../supervisor/dist/os/port-holder.js'

const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1001 1 0 100 0 0 10 0
   1: 00000000:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1002 1 0 100 0 0 10 0
   2: 0100007F:1F40 0100007F:C000 01 00000000:00000000 00:00000000 00000000     0        0 1003 1 0 20 4 30 10 -1
   3: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1004 1 0 100 0 0 10 0
`

test('listening sockets of a port are found, connections and other ports are not', () => {
  assert.deepEqual(listeningInodes(TABLE, 8000), [1001, 1002])
  assert.deepEqual(listeningInodes(TABLE, 80), [1004])
  assert.deepEqual(listeningInodes(TABLE, 1), [])
  assert.deepEqual(listeningInodes('', 80), [])
})

for (const host of ['127.0.0.1', '::1']) {
  test(
    `the holder of a port on ${host} is found`,
    { skip: process.platform !== 'linux' },
    async (t) => {
      const server = createServer().listen(0, host)
      t.after(() => server.close())
      await once(server, 'listening')
      const holder = holderOfPort(portOf(server))
      assert.equal(holder?.pid, process.pid)
      assert.match(holder?.command ?? '', /port-holder\.test\.js/)
    },
  )
}

test('a port nobody listens on has no holder', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const port = portOf(server)
  server.close()
  await once(server, 'close')
  assert.equal(holderOfPort(port), undefined)
})

function portOf(server: Server): number {
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  return address.port
}
