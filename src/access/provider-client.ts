/** The protocol with one provider: OpenID Connect's code flow with PKCE, state and nonce, over our own bounded requests. */
import * as oidc from 'openid-client'
import { createOutgoing, type Outgoing } from '../platform/outgoing.ts'
import { SsoError } from './identity-provider.ts'

export type ProviderAccess = Readonly<{ issuer: string; clientId: string; clientSecret: string | null; scopes: string }>
/** What is kept until the person comes back. */
export type Journey = Readonly<{ state: string; nonce: string; verifier: string }>
export type Claims = Readonly<Record<string, unknown> & { sub: string }>

/** Objects to everything inside. */
const strict = createOutgoing([])
const requestTimeoutMs = 10_000
/** By which the provider's clock may differ from ours. */
const clockToleranceSeconds = 60

export type ProviderClient = Awaited<ReturnType<typeof connectProvider>>

/**
 * Reads the provider's own description of itself.
 * @throws SsoError
 */
export async function connectProvider(access: ProviderAccess, outgoing: Outgoing) {
  const issuer = new URL(access.issuer)
  const wrong = outgoing.objection(issuer.href) ?? unprotected(issuer)
  if (wrong !== null) throw new SsoError('misconfigured', `the issuer ${wrong}`)
  const configuration = await oidc
    .discovery(
      issuer,
      access.clientId,
      { [oidc.clockTolerance]: clockToleranceSeconds },
      access.clientSecret === null ? oidc.None() : oidc.ClientSecretPost(access.clientSecret),
      {
        [oidc.customFetch]: throughOutgoing(outgoing),
        ...(issuer.protocol === 'http:' && { execute: [oidc.allowInsecureRequests] }),
      },
    )
    .catch((error: unknown) => {
      throw problemOf(error, 'unreachable')
    })
  return {
    async addressFor(redirectUri: string, { state, nonce, verifier }: Journey): Promise<string> {
      const parameters = {
        redirect_uri: redirectUri,
        scope: access.scopes,
        state,
        nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      }
      return oidc.buildAuthorizationUrl(configuration, parameters).href
    },
    /** `wanted`: a claim that is asked for where the first answer doesn't hold it. */
    async claimsFrom(returned: URL, { state, nonce, verifier }: Journey, wanted: string): Promise<Claims> {
      try {
        const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true }
        const tokens = await oidc.authorizationCodeGrant(configuration, returned, checks)
        const claims = tokens.claims()
        if (claims === undefined)
          throw new SsoError('misconfigured', 'the provider sent no ID token: allow scope openid')
        if (wanted in claims || configuration.serverMetadata().userinfo_endpoint === undefined) return claims
        return { ...claims, ...(await oidc.fetchUserInfo(configuration, tokens.access_token, claims.sub)) }
      } catch (error) {
        throw problemOf(error, 'misconfigured')
      }
    },
  }
}

/** A stranger between us and a provider could let anybody in. */
function unprotected(issuer: URL): string | null {
  const isInside = strict.objection(issuer.href) !== null
  return issuer.protocol === 'https:' || isInside ? null : 'begins with http://: only https:// is safe outside'
}

export const newJourney = (): Journey => ({
  state: oidc.randomState(),
  nonce: oidc.randomNonce(),
  verifier: oidc.randomPKCECodeVerifier(),
})

function throughOutgoing(outgoing: Outgoing): oidc.CustomFetch {
  return async (url, { method, headers, body }) => {
    if (method !== 'GET' && method !== 'POST') throw new TypeError(`${method} is nothing that a provider is asked with`)
    const answer = await outgoing.send({
      method,
      url,
      headers: { ...headers, 'accept-encoding': 'identity' },
      body: body === null || body === undefined ? null : textOf(body),
      timeoutMs: requestTimeoutMs,
    })
    if ('failed' in answer) throw new TypeError(answer.failed)
    // All that is asked for is JSON; what isn't fails to be read.
    return new Response(answer.body === '' ? null : answer.body, {
      status: answer.status,
      headers: { 'content-type': 'application/json' },
    })
  }
}

function textOf(body: NonNullable<oidc.FetchBody>): string {
  if (typeof body === 'string') return body
  if (body instanceof URLSearchParams) return body.toString()
  throw new TypeError('a provider is asked with forms alone')
}

/** What to change, from what the protocol's library found. */
function problemOf(error: unknown, otherwise: 'unreachable' | 'misconfigured'): SsoError {
  if (error instanceof SsoError) return error
  if (error instanceof oidc.AuthorizationResponseError) {
    const said = [error.error, error.error_description].filter((part) => part !== undefined).join(': ')
    if (error.error === 'access_denied') return new SsoError('refused', `the provider let nobody in: ${said}`)
    return new SsoError('misconfigured', `the provider refused the request: ${said}`)
  }
  if (error instanceof oidc.ResponseBodyError) {
    const said = [error.error, error.error_description].filter((part) => part !== undefined).join(': ')
    if (error.error === 'invalid_grant')
      return new SsoError('expired', `the provider's code was used or is too old: ${said}`)
    const what = error.error === 'invalid_client' ? 'client id or secret: enter them again' : 'request'
    return new SsoError('misconfigured', `the provider refused our ${what} (${said})`)
  }
  const code = error instanceof oidc.ClientError ? error.code : undefined
  const words = chainOf(error).join(': ')
  if (code === 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED') {
    const limit = `${clockToleranceSeconds} s`
    return new SsoError(
      'clock',
      `this machine's clock and the provider's differ by more than ${limit}: set both by NTP`,
    )
  }
  if (code === 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED')
    return new SsoError(
      'misconfigured',
      `the provider calls itself by another issuer: enter exactly that one (${words})`,
    )
  return new SsoError(otherwise, words)
}

function chainOf(error: unknown): string[] {
  if (!(error instanceof Error)) return []
  return [error.message, ...chainOf(error.cause)]
}
