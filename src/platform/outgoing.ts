/**
 * Requests to addresses that people configure. Addresses inside are refused unless the operator allows them, and it is the
 * address connected to that is checked, not the name: a name that answers differently a moment later gains nothing.
 */
import { lookup, type LookupAddress } from 'node:dns'
import { request as plain } from 'node:http'
import { request as secure } from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'

export type OutgoingRequest = Readonly<{
  method: 'GET' | 'POST' | 'PUT' | 'PATCH'
  url: string
  headers: Readonly<Record<string, string>>
  body: string | null
  /** Of the whole exchange. */
  timeoutMs: number
}>

/** `failed` is for people; redirects are answers like others and aren't followed. */
export type OutgoingAnswer = Readonly<{ status: number; body: string }> | Readonly<{ failed: string }>

export type Outgoing = Readonly<{
  send(request: OutgoingRequest, signal?: AbortSignal): Promise<OutgoingAnswer>
  /** What is wrong with an address as it is written; null: nothing. Names are resolved when they are used. */
  objection(url: string): string | null
}>

const mostBytes = 1024 * 1024

const inside = new BlockList()
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  inside.addSubnet(network, bits, 'ipv4')
for (const [network, bits] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
  ['64:ff9b::', 96],
  ['2002::', 16],
  ['2001::', 32],
] as const)
  inside.addSubnet(network, bits, 'ipv6')

type Resolver = (host: string, answer: (error: Error | null, addresses: readonly LookupAddress[]) => void) => void
const lookupAll: Resolver = (host, answer) => lookup(host, { all: true }, answer)

/** `allowed`: host names, addresses and networks (`10.1.0.0/16`) inside that may be asked all the same. */
export function createOutgoing(allowed: readonly string[], resolve: Resolver = lookupAll): Outgoing {
  const names = new Set(
    allowed.filter((entry) => isIP(entry.split('/')[0] ?? '') === 0).map((name) => name.toLowerCase()),
  )
  const networks = new BlockList()
  for (const entry of allowed) {
    const [network = '', bits] = entry.split('/')
    const family = isIP(network)
    if (family === 0) continue
    networks.addSubnet(
      network,
      bits === undefined ? (family === 4 ? 32 : 128) : Number(bits),
      family === 4 ? 'ipv4' : 'ipv6',
    )
  }
  const mayReach = (address: string): boolean => {
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6'
    return networks.check(address, family) || !inside.check(address, family)
  }
  const objection = (url: string): string | null => {
    if (!URL.canParse(url)) return 'is no address such as https://example.org/hook'
    const { protocol, hostname, username, password } = new URL(url)
    if (protocol !== 'https:' && protocol !== 'http:') return 'begins neither with https:// nor with http://'
    if (username !== '' || password !== '') return 'carries a password: use a header'
    const host = hostname.replace(/^\[|\]$|\.$/g, '')
    if (names.has(host.toLowerCase())) return null
    const isInside = isIP(host) === 0 ? /(^|\.)localhost$/i.test(host) : !mayReach(host)
    return isInside ? 'is an address inside; the operator can allow it in PRIVATE_TARGETS' : null
  }
  const reach: LookupFunction = (hostname, options, callback) => {
    resolve(hostname, (error, addresses) => {
      if (error !== null) return callback(error, [])
      const reachable = names.has(hostname.toLowerCase())
        ? addresses
        : addresses.filter(({ address }) => mayReach(address))
      const [first] = reachable
      if (first === undefined) return callback(new Error(`${hostname} leads to an address inside`), [])
      if (options.all === true) callback(null, [...reachable])
      else callback(null, first.address, first.family)
    })
  }
  return {
    objection,
    async send(request, signal) {
      const wrong = objection(request.url)
      if (wrong !== null) return { failed: `the address ${wrong}` }
      try {
        return await exchange(request, reach, signal)
      } catch (error) {
        return { failed: error instanceof Error ? error.message || error.name : String(error) }
      }
    },
  }
}

function exchange(request: OutgoingRequest, lookup: LookupFunction, signal?: AbortSignal): Promise<OutgoingAnswer> {
  const url = new URL(request.url)
  const limit = AbortSignal.timeout(request.timeoutMs)
  const over = signal === undefined ? limit : AbortSignal.any([limit, signal])
  const length = request.body === null ? {} : { 'content-length': String(Buffer.byteLength(request.body)) }
  const start = url.protocol === 'https:' ? secure : plain
  return new Promise((resolvePromise, reject) => {
    const sent = start(
      url,
      { method: request.method, headers: { ...request.headers, ...length }, lookup, signal: over, agent: false },
      (response) => {
        const chunks: Buffer[] = []
        let bytes = 0
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length
          if (bytes > mostBytes) sent.destroy(new Error(`the answer is larger than ${mostBytes} bytes`))
          else chunks.push(chunk)
        })
        response.on('end', () =>
          resolvePromise({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
        )
        response.on('error', reject)
      },
    )
    sent.on('error', (error) => reject(limit.aborted ? new Error(`no answer within ${request.timeoutMs} ms`) : error))
    sent.end(request.body ?? undefined)
  })
}
