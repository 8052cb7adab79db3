/** A flow walked by hand: what the customer types, what they get to see. */
import type { Effect, FlowNote } from '../../core/flow/effects.ts'
import { renderChoices, renderText } from '../../core/flow/render.ts'
import { isWritten } from '../../core/flow/run/draft.ts'
import type { Simulation } from '../../core/flow/simulator.ts'
import { press, say, send, wait, waitOut } from '../../core/flow/simulator.ts'
import { millisecondsOf } from '../../core/flow/parse/values.ts'

export const help = [
  'type keys (on a phone) or words (in writing), or',
  '  :say WORDS      say something on the phone',
  '  :timeout        say nothing until the flow stops waiting',
  '  :wait 3s        say nothing for so long',
  '  :queue OUTCOME  the queue comes back: full, timeout, closed, callback, voicemail',
  '  :agent-leaves   the agent ends the conversation',
  '  :hangup         leave',
]

const outcomes = ['full', 'timeout', 'closed', 'callback', 'voicemail', 'left', 'served-otherwise'] as const

/** What a typed line does; a text explains what can't be done. */
export function obey(simulation: Simulation, line: string): Simulation | string {
  const [command = '', ...rest] = line.trim().split(/\s+/)
  const argument = rest.join(' ')
  switch (command) {
    case ':hangup':
    case ':quit':
      return send(simulation, { kind: 'contact-ended' })
    case ':timeout':
      return simulation.wakeAt === null ? 'the flow waits for nothing that could time out' : waitOut(simulation)
    case ':wait': {
      const ms = millisecondsOf(argument)
      return ms === null ? 'wait how long? :wait 3s' : wait(simulation, ms)
    }
    case ':say':
      return say(simulation, argument)
    case ':queue': {
      const outcome = outcomes.find((each) => each === argument)
      return outcome ? send(simulation, { kind: 'queue-returned', outcome }) : `one of: ${outcomes.join(', ')}`
    }
    case ':agent-leaves':
      return send(simulation, { kind: 'conversation-ended' })
    case ':help':
      return help.join('\n')
    default:
      return typed(simulation, line)
  }
}

function typed(simulation: Simulation, line: string): Simulation | string {
  if (line.startsWith(':')) return `there is no ${line.split(' ')[0] ?? ''}; :help tells what there is`
  const keys = line.replace(/\s/g, '')
  if (!isWritten(simulation.session.channel))
    return /^[0-9*#]*$/.test(keys) ? press(simulation, keys) : 'a phone has the keys 0–9, * and #; :say WORDS speaks'
  return /^[0-9*#]$/.test(keys) ? press(simulation, keys) : say(simulation, line)
}

/** One line for everything that is worth knowing of an effect. */
export function shown(effect: Effect, written: boolean): string[] {
  switch (effect.kind) {
    case 'play': {
      const text = renderText(effect.utterances)
      const sounds = effect.utterances.flatMap((each) => (each.kind === 'sound' ? [`♪ ${each.file}`] : []))
      const buttons = written && effect.choices.length > 0 ? renderChoices(effect.choices).split('\n') : []
      return [...sounds, ...(text === '' ? [] : [`» ${text}`]), ...buttons.map((button) => `   [${button}]`)]
    }
    case 'listen':
      return ['   (listens: answer with :say WORDS)']
    case 'fetch':
      return [`   ${effect.method} ${effect.url}`]
    case 'look-up-customer':
      return [`   looks up ${effect.identity}`]
    case 'find-article':
      return [`   looks for ${'articleId' in effect.wanted ? effect.wanted.articleId : `«${effect.wanted.question}»`}`]
    case 'pay':
      return [`   pays ${effect.amount} ${effect.currency} through ${effect.provider}`]
    case 'enqueue': {
      const skills = Object.entries(effect.requirement).map(([skill, level]) => `${skill} ${level}`)
      const asks = skills.length > 0 ? `, asks for ${skills.join(', ')}` : ''
      const why = effect.fallback ? ', because the flow broke' : ''
      return [`   waits in queue ${effect.queueId}, priority ${effect.priority}${asks}${why} (:queue OUTCOME, :hangup)`]
    }
    case 'offer-callback':
      return [`   books a call back to ${effect.number} for queue ${effect.queueId}`]
    case 'record-voicemail':
      return [`   records a message for queue ${effect.queueId}`]
    case 'take-message':
      return [`   takes the message for queue ${effect.queueId}`]
    case 'transfer':
      return [`   transfers to ${Object.values(effect.to).join()}`]
    case 'hang-up':
      return [`   hangs up (${effect.cause})`]
    case 'secret-input':
      return [effect.on ? '   (secret input: nothing is recorded or logged)' : '   (secret input is over)']
    case 'note':
      return noted(effect.note)
    case 'stop-playing':
    case 'stop-listening':
      return []
  }
}

function noted(note: FlowNote): string[] {
  switch (note.kind) {
    case 'flow-node-entered':
      return [`-- ${note.flowId}/${note.nodeId}`]
    case 'flow-error':
      return [`   error at ${note.nodeId}: ${note.message}`]
    case 'article-told':
      return [`   tells the article ${note.articleId} (${note.language})`]
    case 'article-judged':
      return [`   the article ${note.articleId} ${note.helped ? 'helped' : 'did not help'}`]
    case 'survey-answered':
      return [`   score ${note.score}`]
    case 'flow-finished':
      return [`   finished: ${note.outcome}`]
    case 'flow-started':
    case 'input-given':
      return []
  }
}
