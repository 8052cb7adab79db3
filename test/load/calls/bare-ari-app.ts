/** Answers, rings whoever has been idle longest, bridges; see bare-ari.ts. Its parent names the agents. */
import { AriConnection, type AriAccess } from '../../../src/channels/voice/ari/connection.ts'
import type { AriEvent } from '../../../src/channels/voice/ari/events.ts'
import { ariOperations } from '../../../src/channels/voice/ari/operations.ts'

type Caller = { channelId: string; number: string }
type Talk = { queue: string; agent: string; callerId: string; legId: string }

const access = JSON.parse(process.env['ARI'] ?? '{}') as AriAccess
const idle = new Map<string, string[]>()
const waiting = new Map<string, Caller[]>()
const talks = new Map<string, Talk>()
const nobody: Caller = { channelId: '', number: '' }
let legs = 0

const connection = new AriConnection(access, {
  onEvent: hear,
  onConnected: () => void begin(),
  onDisconnected: () => process.exit(1),
})
const ari = ariOperations(connection, access.app)
connection.open()

async function begin(): Promise<void> {
  await ari.allowEvents(['RESTResponse', 'StasisStart', 'StasisEnd', 'ChannelStateChange', 'ChannelDestroyed'])
  process.send?.('connected')
}

process.on('message', (agents: Record<string, string[]>) => {
  for (const [queue, names] of Object.entries(agents)) idle.set(queue, [...names])
  process.send?.('ready')
})
process.on('disconnect', () => process.exit(0))

function hear(event: AriEvent): void {
  switch (event.type) {
    case 'StasisStart': {
      const [queue = 'leg'] = event.args
      if (queue === 'leg') return void ari.dial(event.channel.id, 15)
      void ari.answer(event.channel.id)
      waiting.set(queue, [
        ...(waiting.get(queue) ?? []),
        { channelId: event.channel.id, number: event.channel.caller.number },
      ])
      return serve(queue)
    }
    case 'ChannelStateChange':
      if (event.channel.state === 'Up') join(talks.get(event.channel.id))
      return
    case 'ChannelDestroyed':
      return legGone(talks.get(event.channel.id))
    case 'StasisEnd':
      return callerGone(event.channel.id)
    default:
      return
  }
}

function serve(queue: string): void {
  const callers = waiting.get(queue) ?? []
  const agents = idle.get(queue) ?? []
  while (callers.length > 0 && agents.length > 0) {
    const [{ channelId: callerId, number } = nobody, agent = ''] = [callers.shift(), agents.shift()]
    const legId = `bare-${++legs}`
    talks.set(legId, { queue, agent, callerId, legId })
    // As app_queue shows it: the caller's number.
    const shown = { 'CONNECTEDLINE(num,i)': number, 'CONNECTEDLINE(pres,i)': 'allowed' }
    void ari.createLeg(legId, `PJSIP/${agent}`, shown, callerId)
  }
}

function join(talk: Talk | undefined): void {
  if (talk === undefined) return
  void ari.createBridge(talk.legId)
  void ari.addToBridge(talk.legId, [talk.callerId, talk.legId])
}

function legGone(talk: Talk | undefined): void {
  if (talk === undefined) return
  talks.delete(talk.legId)
  void ari.destroyBridge(talk.legId)
  void ari.hangUp(talk.callerId, 'normal')
  idle.get(talk.queue)?.push(talk.agent)
  serve(talk.queue)
}

function callerGone(callerId: string): void {
  for (const [queue, callers] of waiting)
    waiting.set(
      queue,
      callers.filter(({ channelId }) => channelId !== callerId),
    )
}
