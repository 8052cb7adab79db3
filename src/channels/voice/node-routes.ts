/** Asterisk nodes as people see them, and how one is taken out of service. */
import { z } from 'zod'
import type { Database } from '../../platform/database/database.ts'
import { requireRole } from '../../platform/http/authorisation.ts'
import { conflict, notFound } from '../../platform/http/errors.ts'
import type { HttpRequest, HttpServer } from '../../platform/http/server.ts'
import type { AsteriskNode } from './asterisk-node.ts'
import type { LiveCalls } from './live-calls.ts'
import { nodeOfLink } from './node-links.ts'
import { writeDrainingNode } from './node-store.ts'
import type { Nodes } from './nodes.ts'

export type NodeRoutePorts = Readonly<{
  nodes: Nodes
  calls: LiveCalls
  database: Database
  audit(request: HttpRequest, entry: NodeAudit): Promise<void>
}>

type NodeAudit = Readonly<{
  action: 'drain-node' | 'resume-node' | 'declare-node-lost'
  subject: Readonly<{ kind: 'node'; id: string }>
}>

const nodeSchema = z.object({
  name: z.string(),
  state: z
    .enum(['up', 'down', 'lost'])
    .describe('`down`: not connected, its calls may go on; `lost`: dead, its calls have ended'),
  draining: z.boolean().describe('takes no new calls'),
  sip: z.string().describe('where it takes SIP'),
  calls: z.number().int().describe('calls that the service holds there'),
  passing: z.number().int().nullable().describe('legs to and from other nodes; null: it can’t be asked'),
  channels: z.number().int().nullable().describe('everything that is up in it; 0: it may be stopped'),
  phones: z.number().int().describe('agents’ phones that are registered there'),
})

const params = z.object({ name: z.string().max(20) })

export function registerNodeRoutes(server: HttpServer, ports: NodeRoutePorts): void {
  const { nodes, calls, database, audit } = ports

  const toApi = async (node: AsteriskNode): Promise<z.output<typeof nodeSchema>> => {
    const channels = node.ready ? await node.ari.channels() : null
    const { host, port } = node.end.sip
    return {
      ...{ name: node.name, state: node.state, draining: nodes.isDraining(node), sip: `${host}:${port}` },
      calls: calls.at(node).length,
      passing: channels?.filter(({ name }) => nodeOfLink(name) !== null).length ?? null,
      channels: channels?.length ?? null,
      phones: node.phoneCount,
    }
  }
  const known = (name: string): AsteriskNode => {
    const node = nodes.named(name)
    if (node !== null) return node
    throw notFound(`there is no node ${name}: the nodes are ${nodes.all.map((one) => one.name).join(', ')}`)
  }

  server.get(
    '/api/nodes',
    {
      onRequest: requireRole('supervisor'),
      schema: {
        tags: ['nodes'],
        summary: 'Asterisk nodes, and what is up in each',
        response: { 200: z.object({ items: z.array(nodeSchema) }) },
      },
    },
    async () => ({ items: await Promise.all(nodes.all.map(toApi)) }),
  )

  server.put(
    '/api/nodes/:name',
    {
      onRequest: requireRole('admin'),
      schema: {
        tags: ['nodes'],
        summary:
          'Take a node out of service, or back into it: a draining node takes no new calls, and those it has end by themselves',
        params,
        body: z.object({ draining: z.boolean() }),
        response: { 200: nodeSchema },
      },
    },
    async (request) => {
      const node = known(request.params.name)
      const { draining } = request.body
      if (draining && !nodes.isDraining(node) && !nodes.others(node).some((other) => nodes.takesCalls(other)))
        throw conflict('last-node', 'no other node takes calls: nobody could call; bring another one up first')
      await writeDrainingNode(database, node.name, draining)
      nodes.drain(node.name, draining)
      const subject = { kind: 'node', id: node.name } as const
      await audit(request, { action: draining ? 'drain-node' : 'resume-node', subject })
      return toApi(node)
    },
  )

  server.post(
    '/api/nodes/:name/lost',
    {
      onRequest: requireRole('admin'),
      schema: {
        tags: ['nodes'],
        summary:
          'Declare that a node which is down will not come back with its calls: they end, and their callers are called back',
        params,
        response: { 200: nodeSchema },
      },
    },
    async (request) => {
      const node = known(request.params.name)
      if (node.unwatchedSince === null) throw conflict('node-up', `${node.name} is connected: drain it instead`)
      await audit(request, { action: 'declare-node-lost', subject: { kind: 'node', id: node.name } })
      node.lose()
      return toApi(node)
    },
  )
}
