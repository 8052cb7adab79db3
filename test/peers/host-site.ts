/** Somebody's site on an origin of its own, with the widget's tag in its pages. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'

export type HostSite = Readonly<{ url: string; [Symbol.asyncDispose](): Promise<void> }>

const folder = fileURLToPath(new URL('../fixtures/host-pages/', import.meta.url))

/** `policies`: the content security policy of a page, by its name. */
export async function startHostSite(
  service: string,
  policies: Readonly<Record<string, string>> = {},
): Promise<HostSite> {
  const server = createServer((request, response) => {
    const name = (request.url ?? '').replace(/^\//, '').split('?')[0] ?? ''
    if (name === 'favicon.ico') return void response.writeHead(204).end()
    if (!/^[a-z]+\.(html|css)$/.test(name)) return void response.writeHead(404).end()
    const policy = policies[name]
    response.writeHead(200, {
      'content-type': name.endsWith('.css') ? 'text/css' : 'text/html; charset=utf-8',
      ...(policy !== undefined && { 'content-security-policy': policy }),
    })
    response.end(readFileSync(folder + name, 'utf8').replaceAll('{{service}}', service))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
