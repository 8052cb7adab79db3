/** Kamailio as the edge, told over JSON-RPC (modules dispatcher and jsonrpcs; edge-config/kamailio.cfg). */
import { z } from 'zod'
import type { Edge, EdgeNode } from './edge.ts'

const answerLimitMs = 2_000
/** Of the nodes, in its list of destinations. */
const group = 1

const destinations = z.object({
  RECORDS: z.array(
    z.object({
      SET: z.object({ TARGETS: z.array(z.object({ DEST: z.object({ URI: z.string(), FLAGS: z.string() }) })) }),
    }),
  ),
})

/** `url`: `http://user:password@host:port/rpc` */
export function kamailioEdge(url: string): Edge {
  const { username, password, origin, pathname } = new URL(url)
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')
  const call = async (method: string, ...params: (string | number)[]): Promise<unknown> => {
    const response = await fetch(`${origin}${pathname}`, {
      method: 'POST',
      headers: { authorization: `Basic ${credentials}`, 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      signal: AbortSignal.timeout(answerLimitMs),
    })
    if (!response.ok) throw new Error(`the edge answers ${response.status} to ${method}`)
    const { result } = z.object({ result: z.unknown() }).parse(await response.json())
    return result
  }
  return {
    async spreadOver(nodes) {
      const { RECORDS } = destinations.parse(await call('dispatcher.list'))
      const flags = new Map(
        RECORDS.flatMap(({ SET }) => SET.TARGETS.map(({ DEST }) => [DEST.URI, DEST.FLAGS] as const)),
      )
      for (const node of nodes) {
        const uri = edgeUri(node.sip)
        const known = flags.get(uri)
        if (known === undefined) throw new Error(`the edge has no ${uri} in its list`)
        const isDisabled = known.startsWith('D')
        // Active again, it is watched like the others: one that can't be reached doesn't stay so.
        if (node.takesNewCalls === isDisabled)
          await call('dispatcher.set_state', node.takesNewCalls ? 'ap' : 'd', group, uri)
      }
    },
  }
}

/** How a node is called in the list of destinations. */
export function edgeUri({ host, port }: EdgeNode['sip']): string {
  return `sip:${host.includes(':') ? `[${host}]` : host}:${port}`
}
