/** A visitor signs in on the site: what a signed token does to the record that they chatted under. */
import type { CustomerId } from '../ids.ts'

export type Joining =
  /** The user is new: their id is linked to the visitor's record. */
  | Readonly<{ kind: 'link'; customerId: CustomerId }>
  /** The visitor's record is shown under the user's from now on. */
  | Readonly<{ kind: 'merge'; survivorId: CustomerId; absorbedId: CustomerId }>
  /** They are the same already. */
  | Readonly<{ kind: 'none'; customerId: CustomerId }>
  /** Somebody else signed in on this device before: this contact is the user's, the visitor's record stays apart. */
  | Readonly<{ kind: 'apart'; customerId: CustomerId }>

/** `visitor.users`: the ids of users that the visitor's customer is linked to, by earlier tokens. */
export function joinSignedUser(
  visitor: Readonly<{ customerId: CustomerId; leadingId: CustomerId; users: readonly string[] }>,
  user: Readonly<{ id: string; customerId: CustomerId | null; leadingId: CustomerId | null }>,
): Joining {
  if (user.customerId === null || user.leadingId === null) {
    return visitor.users.length === 0
      ? { kind: 'link', customerId: visitor.customerId }
      : { kind: 'apart', customerId: visitor.customerId }
  }
  if (user.leadingId === visitor.leadingId) return { kind: 'none', customerId: visitor.customerId }
  if (visitor.users.length > 0) return { kind: 'apart', customerId: user.customerId }
  return { kind: 'merge', survivorId: user.leadingId, absorbedId: visitor.leadingId }
}
