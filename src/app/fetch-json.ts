/** HTTP requests of flows: bounded in time, size and number of tries; every failure is a value with its reason. */
import type { Json } from '../core/flow/session.ts'

const mostBytes = 256 * 1024
const deepest = 64

export type JsonRequest = Readonly<{
  method: string
  url: string
  headers: Readonly<Record<string, string>>
  body: Json | null
  /** Of each try. */
  timeoutMs: number
  retries: number
}>

export async function fetchJson(
  request: JsonRequest,
  signal: AbortSignal,
): Promise<{ status: number; body: Json } | { failed: string }> {
  let failed = 'not tried'
  for (let attempt = 0; attempt <= request.retries && !signal.aborted; attempt++) {
    try {
      return await once(request, signal)
    } catch (error) {
      failed = error instanceof Error ? error.message : String(error)
    }
  }
  return { failed }
}

async function once(request: JsonRequest, signal: AbortSignal): Promise<{ status: number; body: Json }> {
  const response = await fetch(request.url, {
    method: request.method,
    headers: {
      accept: 'application/json',
      ...(request.body !== null && { 'content-type': 'application/json' }),
      ...request.headers,
    },
    ...(request.body !== null && { body: JSON.stringify(request.body) }),
    redirect: 'manual',
    signal: AbortSignal.any([signal, AbortSignal.timeout(request.timeoutMs)]),
  })
  return { status: response.status, body: await bodyOf(response) }
}

async function bodyOf(response: Response): Promise<Json> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    if (bytes > mostBytes) throw new Error(`the answer is larger than ${mostBytes} bytes`)
    chunks.push(chunk)
  }
  const text = Buffer.concat(chunks).toString('utf8')
  const body = parsed(text)
  // It goes into the session, which is written down: what can't be would stop the writer.
  if (isDeeper(body, deepest)) throw new Error(`the answer is nested more than ${deepest} levels deep`)
  return body
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}

function isDeeper(value: Json, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1))
}
