import type { Readable } from 'node:stream'
import { LineAssembler } from './line-assembler.ts'
import type { OutputSource, OutputStream } from './stream.ts'

/**
 * Sends what a process writes into one of its pipes to a stream, line by line, until the pipe's end. While the stream has
 * more waiting than it likes the pipe is not read, so the process has to wait as it would for a slow file; a stream which
 * fails does not make it wait.
 * @returns Resolves when the last line was handed to the stream: at the pipe's end of file, or when it is destroyed.
 */
export function routeOutput(
  pipe: Readable,
  source: OutputSource,
  stream: OutputStream,
): Promise<void> {
  const assembler = new LineAssembler()
  const hand = (lines: Buffer | undefined): void => {
    if (lines === undefined || stream.write(lines, source)) return
    pipe.pause()
    void stream.drained().then(() => pipe.resume())
  }
  return new Promise((resolve) => {
    pipe.on('data', (chunk: Buffer) => hand(assembler.push(chunk)))
    // A pipe which cannot be read is at its end: 'close' follows every 'error' and 'end'.
    pipe.on('error', () => {})
    pipe.on('close', () => {
      hand(assembler.end())
      resolve()
    })
  })
}
