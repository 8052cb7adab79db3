/** A real OpenID provider with a sign-in page of its own, on this machine: whoever gives a known name is let in. */
import { createServer, type Server } from 'node:http'
import Provider from 'oidc-provider'
import type { Page } from 'playwright-core'
import { freePort } from '../../src/supervisor/free-port.ts'

export type Claims = Readonly<Record<string, string | boolean>>

type IdentityProviderOptions = Readonly<{
  redirectUris: readonly string[]
  /** Name given at the sign-in -> what is said of them; the name is their `sub`. */
  people: Map<string, Claims>
}>

export class IdentityProvider implements AsyncDisposable {
  readonly issuer: string
  readonly clientId = 'centralita'
  readonly clientSecret = 'a secret between the two of us'
  readonly #server: Server

  private constructor(issuer: string, server: Server) {
    this.issuer = issuer
    this.#server = server
  }

  static async start({ redirectUris, people }: IdentityProviderOptions): Promise<IdentityProvider> {
    const port = await freePort()
    const issuer = `http://127.0.0.1:${port}`
    const server = createServer()
    const made = new IdentityProvider(issuer, server)
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: made.clientId,
          client_secret: made.clientSecret,
          redirect_uris: redirectUris,
          token_endpoint_auth_method: 'client_secret_post',
        },
      ],
      claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email', 'email_verified'] },
      pkce: { required: () => true },
      cookies: { keys: ['of this test'] },
      findAccount: (_context: unknown, sub: string) => {
        const claims = people.get(sub)
        return claims === undefined ? undefined : { accountId: sub, claims: () => ({ sub, ...claims }) }
      },
    })
    server.on('request', provider.callback())
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    return made
  }

  /** On the provider's own page, after ours has led there. */
  async signIn(page: Page, name: string): Promise<void> {
    await page.waitForURL((url) => url.origin === this.issuer)
    await page.getByPlaceholder('Enter any login').fill(name)
    await page.getByPlaceholder('and password').fill('whatever')
    await page.getByRole('button', { name: 'Sign-in' }).click()
    await page.getByRole('button', { name: 'Continue' }).click()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
