/** Who a request comes from, once somebody has vouched for it. */

/** From least to most: each may do what those before it may. */
export const roles = ['agent', 'supervisor', 'admin'] as const
export type Role = (typeof roles)[number]

export type Principal =
  | Readonly<{
      kind: 'user'
      id: string
      username: string
      name: string
      role: Role
      sessionId: string
      /** The role asks for a second factor and this session has none: nothing works but setting one up. */
      secondFactorDue?: true
      /** Signed in with a password that somebody else has given: nothing works but choosing one. */
      passwordDue?: true
    }>
  | Readonly<{ kind: 'api-key'; id: string; name: string; role: Role }>

export function hasRole(principal: Principal, atLeast: Role): boolean {
  return roles.indexOf(principal.role) >= roles.indexOf(atLeast)
}
