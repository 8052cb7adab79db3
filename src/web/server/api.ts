/** The service's HTTP API as the pages call it: the browser's cookie says who asks. */
import type { MessageKey, Text } from '../languages/language.ts'

/** `code` is the service's stable word; `message` is its own, in English; `status` 0: it can't be reached. */
export class Refused extends Error {
  readonly status: number
  readonly code: string
  readonly details: unknown
  constructor(status: number, code: string, message: string, details?: unknown) {
    super(message)
    this.name = 'Refused'
    this.status = status
    this.code = code
    this.details = details
  }
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** `revision`: the answer's ETag, for a change that builds on it; null: it has none. */
export type Answer<T> = Readonly<{ value: T; revision: string | null }>

/** `ifMatch`: refused with 412 when somebody has changed it since. @throws Refused for anything but 2xx */
export async function request<T>(
  method: Method,
  path: string,
  { body, ifMatch }: Readonly<{ body?: unknown; ifMatch?: string | null }> = {},
): Promise<Answer<T>> {
  return answerTo<T>(path, {
    method,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(ifMatch != null && { 'if-match': ifMatch }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
}

/** The file itself is the body. @throws Refused for anything but 2xx */
export const upload = async <T>(path: string, file: File): Promise<T> =>
  (await answerTo<T>(path, { method: 'PUT', headers: { 'content-type': 'application/octet-stream' }, body: file }))
    .value

async function answerTo<T>(path: string, how: RequestInit): Promise<Answer<T>> {
  const response = await fetch(path, how).catch((error: unknown) => {
    throw new Refused(0, 'network', error instanceof Error ? error.message : String(error))
  })
  const text = await response.text()
  const answer = text === '' ? null : parsed(text)
  if (response.ok) return { value: answer as T, revision: response.headers.get('etag') }
  const { code, message, details } = (answer as { error?: Partial<Refused> } | null)?.error ?? {}
  throw new Refused(response.status, code ?? 'failed', message ?? response.statusText, details)
}

/** @throws Refused for anything but 2xx */
export const call = async <T>(method: Method, path: string, body?: unknown): Promise<T> =>
  (await request<T>(method, path, { body })).value

/** What was just done is shown before anything is asked about it: each question takes a part of a frame. */
export async function get<T>(path: string): Promise<T> {
  await shown()
  return call<T>('GET', path)
}

const longestFrameMs = 34

function shown(): Promise<void> {
  if (document.hidden) return Promise.resolve()
  return new Promise((resolve) => {
    // A window that nothing is painted in asks as well.
    const timer = window.setTimeout(resolve, longestFrameMs)
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => {
        port1.close()
        window.clearTimeout(timer)
        resolve()
      }
      port2.postMessage(null)
    })
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    // A proxy's page between us: the status says enough.
    return null
  }
}

/** What to tell a person: our own words where we have them, else the service's, which say what to change. */
export function tell(error: unknown, t: Text): string {
  if (!(error instanceof Refused)) return t('failure.server')
  const own: Partial<Record<number, MessageKey>> = {
    0: 'failure.network',
    403: 'failure.forbidden',
    429: 'failure.busy',
  }
  const key = own[error.status] ?? (error.status >= 500 ? 'failure.server' : undefined)
  return key === undefined ? error.message : t(key)
}
