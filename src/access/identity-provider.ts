/** An identity provider (OpenID Connect) as admins set it, and who of us somebody is whom it vouches for. */
import { z } from 'zod'

const claim = z.string().regex(/^[\w.:/-]{1,100}$/, 'use the name of a claim, such as preferred_username')

export const providerSettings = z.strictObject({
  name: z.string().trim().min(1).max(60).describe('on the button of the sign-in page'),
  issuer: z
    .url({ protocol: /^https?$/, error: 'use an address such as https://login.example.com/realms/work' })
    .max(500)
    .describe('its address; /.well-known/openid-configuration is found below it'),
  clientId: z.string().trim().min(1).max(200),
  scopes: z
    .string()
    .regex(/^openid( [\w.:/-]+)*$/, 'begin with openid, a blank between two')
    .max(500)
    .default('openid profile email'),
  usernameClaim: claim
    .default('preferred_username')
    .describe('its value, in small letters, is the username here at the first sign-in; afterwards `sub` alone counts'),
  emailDomain: z
    .string()
    .toLowerCase()
    .regex(/^[a-z0-9.-]+$/, 'use a domain such as example.com')
    .nullable()
    .default(null)
    .describe('if the claim holds an address: only of this domain, and what stands before @ is the username'),
  createAs: z
    .enum(['agent', 'supervisor'])
    .nullable()
    .default(null)
    .describe('the role of people who are unknown here; null: they are refused'),
  onlyWay: z
    .boolean()
    .default(false)
    .describe('whoever has signed in here once can do so with neither password nor passkey any more'),
  secondFactor: z.boolean().default(false).describe('the provider asks for a second factor itself, so that we don’t'),
  enabled: z.boolean().default(true),
})
export type ProviderSettings = z.output<typeof providerSettings>

/** Why a provider didn't lead in. The page has words for each. */
export const ssoProblems = [
  'unknown-provider',
  'unreachable',
  'misconfigured',
  'clock',
  'refused',
  'expired',
  'no-username',
  'email-unverified',
  'unknown-person',
  'linked-elsewhere',
  'disabled',
] as const
export type SsoProblem = (typeof ssoProblems)[number]

/** `message` says to an admin what to change. */
export class SsoError extends Error {
  readonly code: SsoProblem
  constructor(code: SsoProblem, message: string) {
    super(message)
    this.name = 'SsoError'
    this.code = code
  }
}

const usernamePattern = /^[a-z0-9][a-z0-9._-]{0,62}$/

/**
 * The username that the claims stand for.
 * @throws SsoError 'no-username' | 'email-unverified'
 */
export function usernameIn(
  claims: Readonly<Record<string, unknown>>,
  { usernameClaim, emailDomain }: Pick<ProviderSettings, 'usernameClaim' | 'emailDomain'>,
): string {
  const value = claims[usernameClaim]
  if (typeof value !== 'string' || value.trim() === '') {
    const known = Object.keys(claims).join(', ')
    throw new SsoError(
      'no-username',
      `the claim ${usernameClaim} is missing: add it at the provider, or set usernameClaim to one of: ${known}`,
    )
  }
  const text = value.trim().toLowerCase()
  const at = text.lastIndexOf('@')
  if (at >= 0 && text.slice(at + 1) !== emailDomain) {
    throw new SsoError(
      'no-username',
      emailDomain === null
        ? `the claim ${usernameClaim} holds an address: set emailDomain to the domain whose addresses count`
        : `the address is not of ${emailDomain}: only those count`,
    )
  }
  if (at >= 0 && usernameClaim === 'email' && claims['email_verified'] !== true)
    throw new SsoError('email-unverified', 'the provider has not verified the address (email_verified is not true)')
  const username = at < 0 ? text : text.slice(0, at)
  if (!usernamePattern.test(username)) {
    throw new SsoError(
      'no-username',
      `the claim ${usernameClaim} holds nothing that can be a username here (a to z, 0 to 9 and . _ -): choose another`,
    )
  }
  return username
}
