import { isRecord } from './record.ts'

const SECRET_NAME = /secret|passw|passphrase|token|credential|api_?key|private_?key|access_?key/i

/** What stands in the place of a secret. */
export const MASK = '********'

/** The options of a watcher without the values of environment variables whose names speak of secrets. */
export function maskSecrets(
  options: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const { env } = options
  if (!isRecord(env)) return options
  const masked = Object.entries(env).map(([name, value]) => [
    name,
    SECRET_NAME.test(name) ? MASK : value,
  ])
  return { ...options, env: Object.fromEntries(masked) }
}
