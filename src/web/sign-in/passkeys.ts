/** Passkeys in the browser; the library is loaded when somebody first uses one. */
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser'
import type { SignInAnswer } from '../../access/sign-in-answer.ts'
import { call, Refused } from '../server/api.ts'

export async function enterWithPasskey(): Promise<SignInAnswer> {
  return call('POST', '/api/sessions/passkey', await answerTo('/api/sessions/passkey/question'))
}

export async function confirmWithPasskey(): Promise<void> {
  await call('POST', '/api/me/confirmation', { passkey: await answerTo('/api/me/confirmation/question') })
}

export async function addPasskey(name: string): Promise<void> {
  const question = await call<PublicKeyCredentialCreationOptionsJSON>('POST', '/api/me/passkeys/question')
  const { startRegistration } = await import('@simplewebauthn/browser')
  await call('POST', '/api/me/passkeys', { name, passkey: await startRegistration({ optionsJSON: question }) })
}

async function answerTo(path: string): Promise<unknown> {
  const question = await call<PublicKeyCredentialRequestOptionsJSON>('POST', path)
  const { startAuthentication } = await import('@simplewebauthn/browser')
  return startAuthentication({ optionsJSON: question })
}

/** The browser or its person said no, or there was no passkey that fits. */
export const isNotUsed = (error: unknown): boolean => error instanceof Error && !(error instanceof Refused)
