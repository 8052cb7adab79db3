/** One interaction as a column of moments, in the page's own language. Pure: the words are handed in. */
import { clock } from '../languages/format.ts'
import type { Text } from '../languages/language.ts'
import type { InteractionStory } from '../customer/story.ts'

export type LogEntry = Readonly<{
  id: string
  at: number
  kind: 'event' | 'note'
  text: string
  /** Of a note. */
  author: string | null
}>

type Segment = InteractionStory['segments'][number]

export function logEntries(story: InteractionStory, t: Text): LogEntry[] {
  const event = (id: string, at: string, text: string): LogEntry => ({
    id,
    at: Date.parse(at),
    kind: 'event',
    text,
    author: null,
  })
  const entries: LogEntry[] = [event('arrived', story.arrivedAt, arrival(story, t))]
  story.segments.forEach((segment, i) => {
    const text = segmentText(segment, t)
    if (text !== null) entries.push(event(`segment-${i}`, segment.from, text))
  })
  // In writing the messages themselves tell it.
  const pressed = story.channel === 'voice' ? groupsOf(story.inputs) : []
  pressed.forEach(({ at, texts }, i) => {
    entries.push(event(`input-${i}`, at, t('log.pressed', { told: texts.join(', ') })))
  })
  for (const offer of story.offerList) {
    if (offer.outcome === null || offer.outcome === 'accepted' || offer.endedAt === null) continue
    entries.push(event(offer.offerId, offer.endedAt, t('log.notTaken', { name: offer.agent.name ?? offer.agent.id })))
  }
  for (const { recordingId, pauses } of story.recordingList) {
    pauses.forEach(({ from, to }, i) => {
      entries.push(event(`${recordingId}-${i}`, from, t('log.recordingPaused')))
      if (to !== null) entries.push(event(`${recordingId}-${i}-on`, to, t('log.recordingOn')))
    })
  }
  for (const { id, at, author, text } of story.notes)
    entries.push({ id, at: Date.parse(at), kind: 'note', text, author: author.name ?? author.id })
  if (story.endedAt !== null) entries.push(event('ended', story.endedAt, t(`log.ended.${story.endedBy ?? 'unknown'}`)))
  if (story.disposition !== null && story.endedAt !== null)
    entries.push(event('disposition', story.endedAt, t('log.disposition', { code: story.disposition })))
  return entries.toSorted((a, b) => a.at - b.at)
}

function arrival({ channel, direction, contact, entryPoint }: InteractionStory, t: Text): string {
  const where = contact?.dialled ?? entryPoint.name ?? ''
  if (channel === 'voice') return t(direction === 'inbound' ? 'log.called' : 'log.calling', { where })
  return t('log.arrived', { channel: t(`channel.${channel}`) })
}

function segmentText({ kind, agent, queue, ms, outcome }: Segment, t: Text): string | null {
  const queueName = queue?.name ?? queue?.id ?? ''
  switch (kind) {
    case 'queue':
      return ms === null
        ? t('log.waiting', { queue: queueName })
        : t('log.waited', { queue: queueName, time: clock(ms) })
    case 'talk':
      return outcome === 'resumed' ? null : t('log.talk', { name: agent?.name ?? '' })
    case 'hold':
      return ms === null ? t('log.holding') : t('log.held', { time: clock(ms) })
    case 'wrap-up':
      return t('log.wrapUp', { name: agent?.name ?? '' })
    default:
      // Where a flow led is told by what was said and pressed in it; a ring, by who took it.
      return null
  }
}

/** What was pressed at one go is one entry. */
function groupsOf(inputs: InteractionStory['inputs']): { at: string; texts: string[] }[] {
  const groups: { at: string; texts: string[] }[] = []
  for (const { at, text, secret } of inputs) {
    const shown = text ?? (secret ? '•••' : '…')
    const last = groups.at(-1)
    if (last !== undefined && Date.parse(at) - Date.parse(last.at) < 60_000) last.texts.push(shown)
    else groups.push({ at, texts: [shown] })
  }
  return groups
}
