import { isRecord } from './record.ts'

/** Of variables whose value is nobody's business. */
const SECRET_NAME =
  /secret|passw|passphrase|_pwd$|token|credential|(api|private|access|encryption|signing|session|master)_?key/i

/** A URL that holds a password, as DATABASE_URL does; a private key; a JSON Web Token. */
const SECRET_VALUE =
  /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#]*:[^\s/?#]+@|-----BEGIN [A-Z ]*PRIVATE KEY-----|^eyJ[\w-]+\.[\w-]+\.[\w-]*$/i

/** What stands in the place of a secret. */
export const MASK = '********'

/** Whether a variable looks like a secret. A guess by name and by value: nothing is masked elsewhere than in environments. */
export function isSecret(name: string, value: unknown): boolean {
  return SECRET_NAME.test(name) || (typeof value === 'string' && SECRET_VALUE.test(value))
}

/** The options of a watcher without the values of environment variables that look like secrets. */
export function maskSecrets(
  options: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const { env } = options
  return isRecord(env) ? { ...options, env: maskVariables(env) } : options
}

/** The variables, with the values of those masked that look like secrets. */
export function maskVariables(
  variables: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const masked = Object.entries(variables).map(([name, value]) => [
    name,
    isSecret(name, value) ? MASK : value,
  ])
  return Object.fromEntries(masked)
}
