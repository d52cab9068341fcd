/**
 * How much a client may do, each role including those before it: `read` looks at the state and hears events, `operate` runs what is
 * configured (start, stop, signal, resize), `admin` changes what runs and can thereby run any program as circusd's user.
 */
export type Access = 'read' | 'operate' | 'admin'

/** From the least to the most. */
export const ROLES = ['read', 'operate', 'admin'] as const satisfies readonly Access[]

/** Whether `role` may use what needs `access`. */
export function permits(role: Access, access: Access): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(access)
}

/** The role of that name; undefined if there is none. */
export function findRole(name: string): Access | undefined {
  return ROLES.find((role) => role === name)
}
