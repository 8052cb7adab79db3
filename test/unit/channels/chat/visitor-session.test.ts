import { expect, it } from 'vitest'
import type { ChatChannel } from '../../../../src/channels/chat/chat-channel.ts'
import { VisitorSession } from '../../../../src/channels/chat/visitor-session.ts'
import type { Widget } from '../../../../src/channels/chat/widget.ts'

/** A page that says what nobody understands: nothing of the channel is asked but its clock. */
function scene() {
  const clock = { at: 1_000_000 }
  const sent: { code?: string }[] = []
  const closed: number[] = []
  const chat = { ports: { now: () => clock.at } } as unknown as ChatChannel
  const session = new VisitorSession(chat, {} as Widget, {
    send: (message) => void sent.push(message),
    close: (code) => void closed.push(code),
  })
  return { clock, session, sent, closed }
}

it('a page that talks nonsense is told to slow down like any other, and cut off when it goes on and on', () => {
  const { session, sent, closed } = scene()
  for (let i = 0; i < 41; i++) session.heard({ nonsense: i })
  expect(sent.map(({ code }) => code)).toEqual([...Array<string>(40).fill('not-understood'), 'too-many'])
  for (let i = 41; i < 400; i++) session.heard(undefined)
  expect(closed).toEqual([])
  session.heard(undefined)
  expect(closed).toEqual([1008])
  expect(sent).toHaveLength(400)
})

it('a page is heard again once it has waited', () => {
  const { clock, session, sent, closed } = scene()
  for (let i = 0; i < 50; i++) session.heard(undefined)
  clock.at += 10_001
  session.heard(undefined)
  expect(sent.at(-1)?.code).toBe('not-understood')
  expect(closed).toEqual([])
})
