/** Builds the world that a conversation is played in. */
import { Temporal } from 'temporal-polyfill'
import type { Calendar } from '../../core/calendar/calendar.ts'
import { weekdays } from '../../core/calendar/calendar.ts'
import type { CustomerFacts, Json, Library, World } from '../../core/flow/session.ts'
import type { Script } from '../../core/flow/script.ts'
import { plain } from '../../core/flow/run/match.ts'
import type { Fakes, Setup } from '../../core/flow/simulator.ts'
import type { Channel } from '../../core/ids.ts'
import { systemText } from '../system-prompts/system-texts.ts'
import type { AnswerFixture, Conversation, CustomerFixture } from './conversation.ts'

const defaultTimezone = 'UTC'
/** A Monday morning. */
const defaultAt = '2026-03-02T10:00[UTC]'
/** Where a conversation that breaks its flow ends up. */
export const fallbackQueue = 'fallback'

export function stage(script: Script, flows: readonly Script[], conversation: Conversation, channel: Channel): Setup {
  const when = Temporal.ZonedDateTime.from(conversation.at ?? defaultAt)
  return {
    library: libraryOf(script, flows),
    world: worldOf([script, ...flows], conversation, when.timeZoneId),
    fakes: fakesOf(conversation),
    start: {
      flowId: script.id,
      version: 1,
      channel,
      language: conversation.language ?? null,
      contact: {
        caller: conversation.caller,
        dialled: conversation.dialled,
        customer: conversation.customer ? customerFacts(conversation.customer) : null,
      },
      fallbackQueueId: fallbackQueue,
      at: when.epochMilliseconds,
    },
  }
}

export function libraryOf(script: Script, flows: readonly Script[]): Library {
  const byId = new Map([...flows, script].map((flow) => [flow.id, flow]))
  return {
    systemText,
    flow(id) {
      const found = byId.get(id)
      return found ? { script: found, version: 1 } : null
    },
  }
}

function worldOf(flows: readonly Script[], conversation: Conversation, timezone: string): World {
  const named = flows.flatMap(({ nodes }) => Object.values(nodes))
  const calendars = named.flatMap((node) => (node.verb === 'hours' ? [node.calendarId] : []))
  const queues = Object.entries(conversation.queues).map(([id, { wait, ...facts }]) => {
    return [id, { ...facts, estimatedWaitMs: wait === null ? null : wait * 1000 }]
  })
  return {
    timezone,
    config: conversation.config,
    queues: Object.fromEntries(queues) as World['queues'],
    calendars: Object.fromEntries(
      calendars.map((id) => [id, calendarThatIs(conversation.hours[id] ?? 'open', conversation.at)]),
    ),
  }
}

/** Open or closed for good; the hours themselves are the directory's business, not the flow's. */
export function calendarThatIs(state: 'open' | 'closed' | 'holiday', at: string = defaultAt): Calendar {
  const date = at.slice(0, 'YYYY-MM-DD'.length)
  const allDay = [{ opens: '00:00', closes: '24:00' }]
  const weekly = Object.fromEntries(weekdays.map((weekday) => [weekday, state === 'open' ? allDay : []]))
  const exceptions = state === 'holiday' ? [{ name: 'Holiday', from: date, to: date, hours: [] }] : []
  return { timezone: zoneOf(at), weekly, holidays: [], exceptions }
}

function zoneOf(at: string): string {
  return /\[([^\]]+)\]/.exec(at)?.[1] ?? defaultTimezone
}

function fakesOf({ fakes, payments, customers, articles, callbacks, transfers }: Conversation): Fakes {
  const asked = new Map<string, number>()
  const turn = (name: string): number => {
    const count = asked.get(name) ?? 0
    asked.set(name, count + 1)
    return count
  }
  return {
    http(request) {
      const { pathname, search } = new URL(request.url)
      const names = [pathname + search, pathname, request.url].map((place) => `${request.method} ${place}`)
      const name = names.find((each) => each in fakes)
      const answers = name === undefined ? undefined : fakes[name]
      if (name === undefined || answers === undefined)
        throw new Error(`the flow requests ${names[0] ?? ''}: add it under \`fakes:\``)
      const list = Array.isArray(answers) ? answers : [answers]
      return httpAnswer(list[Math.min(turn(name), list.length - 1)])
    },
    payment() {
      const payment = payments[Math.min(turn('payment'), payments.length - 1)] ?? { token: 'token-1' }
      return typeof payment === 'string' ? { failed: payment } : payment
    },
    customer(identity) {
      const found = customers[identity]
      return found ? customerFacts(found) : null
    },
    article({ wanted, languages }) {
      const asked = 'question' in wanted ? plain(wanted.question).split(' ') : []
      const [articleId, found] =
        Object.entries(articles).find(([id, { title }]) =>
          'articleId' in wanted
            ? id === wanted.articleId
            : asked.some((word) => plain(title).split(' ').includes(word)),
        ) ?? []
      if (articleId === undefined || found === undefined) return null
      const { title, body, language = languages[0] ?? 'en' } = found
      return { articleId, title, body, language }
    },
    callback: () => callbacks === 'accepted',
    transfer: () => transfers === 'answered',
  }
}

function httpAnswer(answer: AnswerFixture | undefined): { status: number; body: Json } | { failed: string } {
  if (!answer || 'error' in answer) return { failed: answer?.error ?? 'no answer' }
  return { status: answer.status, body: answer.json ?? answer.text ?? null }
}

function customerFacts(customer: CustomerFixture): CustomerFacts {
  const { id, name, language, attributes } = customer
  const facts = { id, name, language, lastAgentId: customer['last-agent'], highValue: customer['high-value'] }
  return { ...facts, attributes }
}
