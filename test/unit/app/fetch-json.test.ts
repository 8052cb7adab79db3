import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fetchJson } from '../../../src/app/fetch-json.ts'

let server: Server
let says = ''
beforeAll(async () => {
  server = createServer((_request, response) => response.end(says))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

function ask(answer: string) {
  says = answer
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const request = { method: 'GET', url, headers: {}, body: null, timeoutMs: 10_000, retries: 0 }
  return fetchJson(request, new AbortController().signal)
}

it('hands a flow no answer that is nested so deeply that it could not be written down', async () => {
  const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)
  expect(await ask(nested(50))).toMatchObject({ status: 200 })
  expect(await ask(nested(20_000))).toEqual({ failed: 'the answer is nested more than 64 levels deep' })
})
