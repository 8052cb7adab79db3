/** Plays a written conversation against the real interpreter and says at which step it went another way. */
import { millisecondsOf } from '../../core/flow/parse/values.ts'
import type { Script } from '../../core/flow/script.ts'
import type { Simulation } from '../../core/flow/simulator.ts'
import { begin, press, say, send, wait, waitOut } from '../../core/flow/simulator.ts'
import type { Channel } from '../../core/ids.ts'
import type { Conversation, ConversationStep } from './conversation.ts'
import { expectation } from './expectations.ts'
import { stage } from './stage.ts'

export type Played = Readonly<{
  name: string
  channel: Channel
  /** null: it went as written. */
  failure: Readonly<{ step: number; message: string }> | null
  simulation: Simulation
}>

export function play(script: Script, flows: readonly Script[], conversation: Conversation, channel: Channel): Played {
  const { name } = conversation
  let simulation = begin(stage(script, flows, conversation, channel))
  // What an expectation looks at: everything since the customer, or a queue, last did something.
  let since = 0
  for (const [index, step] of conversation.steps.entries()) {
    const { length } = simulation.effects
    const acted = act(simulation, step)
    if (acted) {
      since = length
      simulation = acted
      continue
    }
    const message = expectation(step, simulation, simulation.effects.slice(since))
    if (message !== null) return { name, channel, failure: { step: index + 1, message }, simulation }
  }
  return { name, channel, failure: null, simulation }
}

/** null: the step expects something instead. */
function act(simulation: Simulation, step: ConversationStep): Simulation | null {
  if ('presses' in step) return pressed(simulation, step.presses)
  if ('says' in step) return say(simulation, step.says)
  if ('silence' in step) {
    if (step.silence === true) return waitOut(simulation)
    const ms = millisecondsOf(step.silence)
    if (ms === null) throw new Error(`\`silence: ${step.silence}\` is not a time such as 6s`)
    return wait(simulation, ms)
  }
  if ('comes-back' in step) return send(simulation, { kind: 'queue-returned', outcome: step['comes-back'] })
  if ('agent-leaves' in step) return send(simulation, { kind: 'conversation-ended' })
  return null
}

/** In writing a button that is there is pressed; anything else is a message. */
function pressed(simulation: Simulation, keys: string): Simulation {
  const { channel } = simulation.session
  if (channel === 'voice' || channel === 'video') return press(simulation, keys)
  const asked = simulation.effects.findLast((effect) => effect.kind === 'play')
  const isButton = asked?.kind === 'play' && asked.choices.some(({ key }) => key === keys)
  return isButton ? press(simulation, keys) : say(simulation, keys.replace(/[*#]/g, ''))
}
