/** The least a control endpoint in Node can be, `echo-router.js ENDPOINT`: a ROUTER that sends back what it gets. */
import { bindRouter } from '../../../supervisor/dist/net/zmq.js'
import { sayReady } from './say-ready.ts'

const [endpoint = ''] = process.argv.slice(2)
const router = await bindRouter(endpoint)
sayReady()
for await (const frames of router) router.send(frames)
