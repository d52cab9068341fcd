import { permits, type Access } from './access.ts'
import { ERRNO } from './errno.ts'
import { RequestError } from './request-error.ts'

/**
 * Whether the reply to a request with the property `secrets` shows values that are masked otherwise: only when asked for, so
 * that an admin who looks over the options with others watching shows them nothing.
 * @throws {RequestError} If somebody else than an admin asks for them.
 */
export function revealsSecrets(secrets: boolean, role: Access): boolean {
  if (!secrets) return false
  if (permits(role, 'admin')) return true
  throw new RequestError(
    ERRNO.permissionDenied,
    `permission denied: secrets are shown to the role admin, and yours is ${role}`,
  )
}
