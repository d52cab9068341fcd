/** Spawns as many `sleep` as its argument says, as fast as it can, and waits: what a supervisor cannot be faster than. */
import { spawn } from 'node:child_process'

for (let left = Number(process.argv[2]); left > 0; left -= 1) {
  spawn('/bin/sleep', ['1000'], { stdio: 'ignore', detached: true })
}
