/**
 * Payments of flows: the provider gets the digits over TLS and answers with a token, which is all that is kept. A charge is
 * never repeated by itself: what became of an unanswered one is unknown.
 */
import { z } from 'zod'
import type { VoicePorts } from '../channels/voice/ports.ts'

const answerSchema = z.object({ token: z.string().min(1).max(500), reference: z.string().max(500).nullish() })

export function paymentProvider(url: string | null): VoicePorts['pay'] {
  return async ({ provider, amount, currency, secrets, timeoutMs }) => {
    if (url === null) return { failed: 'failed' }
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify({ provider, amount, currency, ...secrets }),
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      })
      if (response.status === 402) return { failed: 'declined' }
      const answer = answerSchema.safeParse(response.ok ? await response.json() : null)
      return answer.success
        ? { token: answer.data.token, reference: answer.data.reference ?? null }
        : { failed: 'failed' }
    } catch {
      // Nothing of the request may reach a log: the error could quote it.
      return { failed: 'failed' }
    }
  }
}
