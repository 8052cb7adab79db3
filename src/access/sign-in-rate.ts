/** How often one address may try to sign in, whatever the outcome. */
import { ApiError } from '../platform/http/errors.ts'
import type { Access } from './access.ts'

export const signInRate = (access: Access) => ({
  max: access.options.signInsPerMinute ?? 600,
  timeWindow: 60_000,
  errorResponseBuilder: (_request: unknown, context: Readonly<{ after: string }>) =>
    new ApiError(429, 'too-many-requests', `too many sign-ins from your address: try again in ${context.after}`),
})

/** For what is guessed at or costs time, of somebody who is signed in. */
export const carefulRate = { max: 30, timeWindow: 60_000 } as const

export function tooManyGuesses(waitMs: number): ApiError {
  const seconds = Math.ceil(waitMs / 1000)
  const details = { retryAfterMs: waitMs }
  return new ApiError(429, 'locked', `too many wrong passwords: try again in ${seconds} seconds`, details)
}
