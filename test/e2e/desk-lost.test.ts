import { loadavg, availableParallelism } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { picture, TestBrowser } from '../peers/browser.ts'
import { CallCentre } from '../peers/call-centre.ts'
import { DeskVisitor, type Packets } from '../peers/desk.ts'
import { MortalBrowser } from '../peers/mortal-browser.ts'
import type { Phone } from '../peers/phone.ts'
import { eventually } from '../peers/poll.ts'

let centre: CallCentre
let browser: TestBrowser
let fragile: MortalBrowser

beforeAll(async () => {
  ;[centre, browser, fragile] = await Promise.all([CallCentre.start(), TestBrowser.start(), MortalBrowser.start()])
  await centre.queue()
})
afterAll(async () => {
  await Promise.all([fragile?.[Symbol.asyncDispose](), browser?.[Symbol.asyncDispose]()])
  await centre?.service[Symbol.asyncDispose]()
})

/** A machine that has other things to do says nothing about how fast the product is. */
const isQuiet = (): boolean => (loadavg()[0] ?? 0) < availableParallelism() / 2

async function answered(where: TestBrowser, from: string): Promise<{ ana: DeskVisitor; caller: Phone; id: string }> {
  const ana = await DeskVisitor.signIn(where, centre.service, 'ana')
  await ana.available(centre.service, 'ana')
  const caller = await centre.caller('line', from)
  await ana.offer().waitFor()
  await ana.page.keyboard.press('a')
  await ana.button('Hold').waitFor()
  await ana.audioGrows()
  const { id } = await centre.interactionFrom(from, ({ state }) => state === 'engaged')
  return { ana, caller, id }
}

async function holdAndHangUp(ana: DeskVisitor, caller: Phone): Promise<void> {
  await ana.page.keyboard.press('h')
  await ana.button('Resume').waitFor()
  await ana.page.keyboard.press('h')
  await ana.button('Hold').waitFor()
  await ana.page.keyboard.press('e')
  await caller.closed()
}

/** Until packets come and go in a page that has just begun anew. */
const flows = ({ sent, received }: Packets): boolean => sent > 1 && received > 1

describe('a page that is loaded again during a call', () => {
  it('gets the call back with its audio within three seconds, and controls it as before', async () => {
    const from = centre.newCaller()
    const { ana, caller } = await answered(browser, from)
    await using _ = caller
    const wasQuiet = isQuiet()
    const begun = performance.now()
    await ana.page.reload({ waitUntil: 'commit' })
    await eventually(async () => flows(await ana.packets()), { withinMs: 20_000, everyMs: 20, what: 'audio both ways' })
    const tookMs = Math.round(performance.now() - begun)
    process.stdout.write(`audio is back ${tookMs} ms after the reload began\n`)
    expect(tookMs).toBeLessThan(wasQuiet ? 3_000 : 12_000)
    await ana.audioGrows()
    await caller.hearsSound()
    await ana.button('Hold').waitFor()
    await holdAndHangUp(ana, caller)
    expect(await centre.interactionFrom(from, ({ state }) => state === 'ended')).toMatchObject({ outcome: 'answered' })
    await ana.close()
  })
})

describe('a service that dies during a call', () => {
  it('leaves the audio alone, and finds the page again, which holds and hangs up as before', async () => {
    const from = centre.newCaller()
    const { ana, caller, id } = await answered(browser, from)
    await using _ = caller
    await ana.page.evaluate(watchGaps)
    await centre.service.kill()
    await ana.page.getByText('Connection lost. Calls go on').waitFor()
    await picture(ana.page, 'desk-service-away-1280')
    await ana.audioGrows()
    await centre.service.restart()
    await ana.page.getByText('Connection lost. Calls go on').waitFor({ state: 'hidden' })
    await ana.button('Telephone: Phone is ready').waitFor()
    await ana.audioGrows()
    const longestMs = await ana.page.evaluate<number>('window.longestGapMs')
    process.stdout.write(`the longest time without a packet was ${Math.round(longestMs)} ms\n`)
    expect(longestMs).toBeLessThan(2_000)
    await holdAndHangUp(ana, caller)
    expect(await centre.ended(id)).toMatchObject({ outcome: 'answered', endedBy: 'agent' })
    await ana.close()
  })
})

/** How long no packet came: looked at from inside, where nothing of the test can delay it. */
const watchGaps = `(() => {
  window.longestGapMs = 0
  let last = { count: 0, at: performance.now() }
  setInterval(async () => {
    let count = 0
    for (const connection of window.connections)
      for (const entry of (await connection.getStats()).values())
        if (entry.type === 'inbound-rtp' && entry.kind === 'audio') count += entry.packetsReceived
    const at = performance.now()
    window.longestGapMs = Math.max(window.longestGapMs, at - last.at)
    if (count > last.count) last = { count, at }
  }, 100)
})()`

describe('a desk whose network is gone for twenty seconds', () => {
  it('keeps its customer, who hears music meanwhile, and gets its audio and its controls back', async () => {
    const from = centre.newCaller()
    const { ana, caller, id } = await answered(fragile, from)
    await using _ = caller
    fragile.freezeNetwork()
    const frozenAt = performance.now()
    await caller.hearsSound({ withinMs: 18_000, minMs: 2_000 })
    await eventually(() => performance.now() - frozenAt >= 20_000, { withinMs: 30_000, what: 'twenty seconds' })
    fragile.thawNetwork()
    const thawedAt = performance.now()
    await ana.audioGrows(25, 60_000)
    process.stdout.write(
      `audio both ways again ${Math.round(performance.now() - thawedAt)} ms after the network came back\n`,
    )
    await ana.page.getByText('Connection lost. Calls go on').waitFor({ state: 'hidden' })
    await caller.hearsSound()
    await ana.button('Hold').waitFor()
    await holdAndHangUp(ana, caller)
    const story = await centre.ended(id)
    expect(story).toMatchObject({ outcome: 'answered', endedBy: 'agent' })
    expect(story.segments.filter(({ kind }: { kind: string }) => kind === 'queue')).toHaveLength(1)
    await ana.close()
  })
})

describe('a browser that is killed in mid-talk', () => {
  it('keeps its customer for ten seconds, then they are first in line and get another agent', async () => {
    const from = centre.newCaller()
    const { caller, id } = await answered(fragile, from)
    await using _ = caller
    // Somebody waits already, and nobody else is there.
    await using waiting = await centre.caller('line')
    await fragile.kill()
    const killedAt = performance.now()
    await caller.hearsSound({ withinMs: 9_000 })
    expect(await centre.story(id)).toMatchObject({ state: 'engaged' })
    await centre.story(id, ({ state }) => state === 'queued', 40_000)
    const pairedMs = performance.now() - killedAt
    process.stdout.write(`agent and customer stayed paired for ${Math.round(pairedMs)} ms\n`)
    expect(pairedMs).toBeGreaterThan(9_000)
    await using bogdan = await centre.service.agentPhone('bogdan', 440)
    expect((await bogdan.ringing()).callerNumber.slice(-8)).toBe(from.slice(-8))
    await bogdan.answer()
    await Promise.all([bogdan.hears(700), caller.hears(440)])
    await centre.service.agentIs(
      'ana',
      ({ presence, channels }) => presence === 'not-ready' && Object.values(channels).every((it) => it !== 'idle'),
      20_000,
    )
    await waiting.hangup()
    await caller.hangup()
    expect(await centre.ended(id)).toMatchObject({ outcome: 'answered', endedBy: 'customer' })
  })
})
