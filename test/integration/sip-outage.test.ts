import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CallCentre } from '../peers/call-centre.ts'
import { Carrier } from '../peers/carrier.ts'
import { startPhone, type Phone } from '../peers/phone.ts'
import { phonePort } from '../peers/phone-port.ts'
import { eventually } from '../peers/poll.ts'
import type { Answer } from '../peers/service.ts'

const fallbackNumber = '+40215559999'
/** Nobody may call it. */
const premium = '+40900123456'

let centre: CallCentre
let carrier: Carrier
let fallbackPort: number

beforeAll(async () => {
  fallbackPort = await phonePort()
  centre = await CallCentre.start()
  carrier = await Carrier.start({ answer: 486 })
  await trunk('phone', fallbackPort, ['+40215559999'])
  await trunk('carrier', carrier.port, [])
})
afterAll(async () => {
  await carrier[Symbol.asyncDispose]()
  await centre[Symbol.asyncDispose]()
})
beforeEach(() => centre.queue())

async function trunk(id: string, port: number, prefixes: string[]): Promise<void> {
  const priority = prefixes.length > 0 ? 1 : 2
  const body = { id, name: id, kind: 'address', host: '127.0.0.1', port, prefixes, priority, addresses: ['127.0.0.99'] }
  await centre.service.api('POST', '/api/trunks', body)
}

async function fallback(flow: string, number: string | null): Promise<void> {
  await centre.service.api('PATCH', `/api/entry-points/voice-${centre.number(flow)}`, { fallbackNumber: number })
}

/** Until Asterisk itself knows what to do without the service. */
async function knownToAsterisk(flow: string, wanted: (value: string) => boolean): Promise<void> {
  const variable = `FALLBACK_${centre.number(flow)}`
  let last: Answer
  await eventually(
    async () => {
      last = await centre.ari(`asterisk/variable?variable=${variable}`)
      return wanted(last.value ?? '')
    },
    { withinMs: 10_000, what: () => `${variable} as wanted; it is ${JSON.stringify(last)}` },
  )
}

/** Rings where the fallback leads, and takes the call. */
function fallbackPhone(): Promise<Phone> {
  const { sipHost: host, sipPort: port } = centre.service.asterisk
  return startPhone({ host, port, toneHz: 440, callerNumber: fallbackNumber, listenPort: fallbackPort, answer: 'auto' })
}

async function callerOf(flow: string, from: string): Promise<Phone> {
  const caller = await centre.service.caller(from, 700)
  await caller.dial(centre.number(flow))
  return caller
}

describe('while the service is away', () => {
  it('callers of an entry point with a fallback number are put through, the others leave a message', async () => {
    await fallback('line', fallbackNumber)
    await fallback('urgent', premium)
    await knownToAsterisk('line', (value) => value === `PJSIP/${fallbackNumber}@trunk-phone`)
    await centre.service.kill()
    await using phone = await fallbackPhone()
    await using through = await callerOf('line', centre.newCaller())
    await Promise.all([phone.hears(700), through.hears(440)])
    await through.hangup()
    await phone.closed()

    // One that may not be called, and one that is none at all: both hear the apology.
    const from = centre.newCaller()
    for (const flow of ['urgent', 'brief-menu']) {
      await using caller = await callerOf(flow, from)
      await caller.established()
      await centre.recordsFor(1_500)
      await caller.hangup()
    }
    expect(carrier.dialled).toEqual([])
    await centre.service.restart()
    const { items } = await eventually(
      async () => {
        const found = await centre.service.api('GET', '/api/voicemails')
        return found.items.length === 2 && found
      },
      { withinMs: 20_000, what: 'two messages' },
    )
    const stories = await Promise.all(items.map(({ interactionId }: Answer) => centre.ended(interactionId)))
    // The right customer's: one, although the flows were two.
    const customer = await centre.service.api('GET', `/api/customers?search=${encodeURIComponent(from)}`)
    expect(new Set(stories.map((story: Answer) => story.customer.id))).toEqual(new Set([customer.items[0].id]))
    expect(stories.map(({ outcome }: Answer) => outcome)).toEqual(['voicemail', 'voicemail'])
  })

  it('callers leave a message when the fallback number is busy', async () => {
    await fallback('regular', '+40215558888')
    await knownToAsterisk('regular', (value) => value.endsWith('@trunk-carrier'))
    await centre.service.kill()
    const from = centre.newCaller()
    await using caller = await callerOf('regular', from)
    await caller.established()
    await centre.recordsFor(1_500)
    expect(carrier.dialled).toEqual(['+40215558888'])
    await caller.hangup()
    await centre.service.restart()
    await centre.interactionFrom(from, ({ outcome }: Answer) => outcome === 'voicemail')
  })

  it('strangers reach no number outside through it, whatever they dial', async () => {
    await centre.service.kill()
    const before = carrier.dialled.length
    for (const number of ['+40215558888', premium, '112', 'FALLBACK', 'trunk-carrier']) {
      await using caller = await centre.service.caller(centre.newCaller(), 700)
      await caller.dial(number)
      await caller.established()
      await caller.hangup()
    }
    expect(carrier.dialled).toHaveLength(before)
    await centre.service.restart()
  })

  it('forgets a fallback that is taken away', async () => {
    await fallback('line', null)
    await knownToAsterisk('line', (value) => value === '')
  })
})
