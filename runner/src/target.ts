/** The two parts of `APP[:attr]` on the command line. */
export interface Target {
  readonly app: string
  readonly attr: string | undefined
}

/**
 * Splits `APP[:attr]` at its last colon. What follows must be a dotted path of identifiers, so the colon of
 * `file:///srv/app.js` does not count.
 */
export function splitTarget(text: string): Target {
  const match = /^(.+):([\p{ID_Start}$_][\p{ID_Continue}$.]*)$/u.exec(text)
  return { app: match?.[1] ?? text, attr: match?.[2] }
}
