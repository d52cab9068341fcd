import { writeSync } from 'node:fs'

/** Tells our parent over NOTIFY_FD that we accept. Nothing without that variable. */
export function sayReady(): void {
  const fd = process.env['NOTIFY_FD']
  if (fd !== undefined) writeSync(Number(fd), 'READY=1\n')
}
