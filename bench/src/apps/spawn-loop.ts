/**
 * The least a supervisor can do: `spawn-loop.js PROGRAM ARG...` starts it with our descriptor 3 as its own, and again
 * whenever it ends.
 */
import { spawn } from 'node:child_process'

const [program = '', ...args] = process.argv.slice(2)
start()

function start(): void {
  spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit', 3] }).once('exit', start)
}
