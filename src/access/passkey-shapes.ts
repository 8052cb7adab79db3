/** WebAuthn's questions and answers as JSON (WebAuthn Level 3, 5.1 and 5.5), and as the library takes them. */
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { z } from 'zod'

const base64url = z
  .string()
  .max(20_000)
  .regex(/^[\w-]*$/, 'is no base64url')
const credential = {
  id: base64url.min(1),
  rawId: base64url,
  type: z.literal('public-key'),
  authenticatorAttachment: z.string().max(50).optional(),
  clientExtensionResults: z.record(z.string().max(50), z.unknown()).optional(),
}

/** As it is handed to the browser. */
export const passkeyQuestion = z.looseObject({ challenge: z.string() })

export const passkeyAnswer = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: base64url.nullish(),
  }),
})

export const newPasskeyAnswer = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: z.array(z.string().max(50)).max(10).optional(),
  }),
})

/** What browsers add to an answer is nothing that we ask for. */
export function authenticationOf({
  id,
  rawId,
  type,
  response,
}: z.output<typeof passkeyAnswer>): AuthenticationResponseJSON {
  const { clientDataJSON, authenticatorData, signature } = response
  return { id, rawId, type, response: { clientDataJSON, authenticatorData, signature }, clientExtensionResults: {} }
}

export function registrationOf({
  id,
  rawId,
  type,
  response,
}: z.output<typeof newPasskeyAnswer>): RegistrationResponseJSON {
  const { clientDataJSON, attestationObject, transports = [] } = response
  return { id, rawId, type, response: { clientDataJSON, attestationObject, transports }, clientExtensionResults: {} }
}
