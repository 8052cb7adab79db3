/** Facts of several calls at once, as the machine could write them: every way through queue, offers, talk and wrap-up. */
import fc from 'fast-check'
import type { Fact } from '../../../src/core/facts.ts'
import { explanationFor } from '../../peers/call-facts.ts'

const agents = ['agent-a', 'agent-b', 'agent-c']

type Phase =
  | { name: 'flow' }
  | { name: 'queued' }
  | { name: 'offered'; agentId: string }
  | { name: 'engaged'; agentId: string; held: boolean }
  | { name: 'ended' }

type Scene = { interactionId: string; phase: Phase; offers: number; wrapUps: string[]; hasArrived: boolean }

/** One step of one call; `choice` picks among what may happen next. */
function step(scene: Scene, at: number, choice: number): Fact[] {
  const { interactionId } = scene
  if (!scene.hasArrived) {
    scene.hasArrived = true
    return [
      {
        kind: 'interaction-arrived',
        at,
        interactionId,
        channel: 'voice',
        direction: 'inbound',
        entryPointId: 'main',
        providerId: interactionId,
        customerId: null,
      },
      { kind: 'flow-started', at, interactionId, flowId: 'main', version: 1 },
    ]
  }
  const possible = [...contactSteps(scene, at), ...wrapUpSteps(scene, at)]
  return possible[choice % Math.max(possible.length, 1)]?.() ?? []
}

function contactSteps(scene: Scene, at: number): (() => Fact[])[] {
  const { interactionId, phase } = scene
  const to = (next: Phase, ...facts: Fact[]): (() => Fact[]) => {
    return () => {
      scene.phase = next
      return facts
    }
  }
  const end = to(
    { name: 'ended' },
    { kind: 'interaction-ended', at, interactionId, by: 'customer', outcome: 'abandoned', cause: null },
  )
  switch (phase.name) {
    case 'ended':
      return []
    case 'flow':
      return [
        to(
          { name: 'queued' },
          {
            kind: 'interaction-queued',
            at,
            interactionId,
            queueId: 'sales',
            requirement: {},
            priority: 0,
            waitingSince: at,
            preferredAgentId: null,
            preferredUntil: null,
          },
        ),
        to(phase, { kind: 'flow-node-entered', at, interactionId, flowId: 'main', nodeId: 'n' }),
        to(phase, { kind: 'input-given', at, interactionId, nodeId: 'n', length: 1, secret: false }),
        end,
      ]
    case 'queued':
      return [
        ...agents.map((agentId) => (): Fact[] => {
          scene.phase = { name: 'offered', agentId }
          const offerId = `${interactionId}/${++scene.offers}`
          const explanation = explanationFor(agentId)
          return [
            {
              kind: 'offer-made',
              at,
              interactionId,
              offerId,
              agentId,
              queueId: 'sales',
              expiresAt: at + 10,
              explanation,
            },
          ]
        }),
        to({ name: 'flow' }, { kind: 'interaction-dequeued', at, interactionId, queueId: 'sales', outcome: 'timeout' }),
        to(phase, { kind: 'interaction-overflowed', at, interactionId, fromQueueId: 'sales', toQueueId: 'support' }),
        end,
      ]
    case 'offered': {
      const { agentId } = phase
      const offer = { at, interactionId, offerId: `${interactionId}/${scene.offers}`, agentId }
      return [
        to({ name: 'engaged', agentId, held: false }, { kind: 'offer-accepted', ...offer }),
        to({ name: 'queued' }, { kind: 'offer-expired', ...offer }),
        to({ name: 'queued' }, { kind: 'offer-declined', ...offer, reason: 'rejected' }),
        to(
          { name: 'ended' },
          { kind: 'offer-rescinded', ...offer, reason: 'customer-left' },
          { kind: 'interaction-ended', at, interactionId, by: 'customer', outcome: 'abandoned', cause: null },
        ),
      ]
    }
    case 'engaged': {
      const { agentId, held } = phase
      const wrapUp = (): Fact[] => {
        scene.wrapUps.push(agentId)
        return [{ kind: 'wrap-up-started', at, agentId, interactionId, endsAt: at + 30 }]
      }
      return [
        to({ ...phase, held: !held }, { kind: held ? 'hold-ended' : 'hold-started', at, interactionId, agentId }),
        () => {
          const before = wrapUp()
          return [...before, ...end()]
        },
        () => [...end(), ...wrapUp()],
        end,
        to({ name: 'flow' }, { kind: 'flow-node-entered', at, interactionId, flowId: 'main', nodeId: 'survey' }),
        to(
          { name: 'queued' },
          {
            kind: 'interaction-queued',
            at,
            interactionId,
            queueId: 'support',
            requirement: {},
            priority: 0,
            waitingSince: at,
            preferredAgentId: null,
            preferredUntil: null,
          },
        ),
        to(phase, { kind: 'agent-leg-lost', at, interactionId, cause: 'q850-16' }),
      ]
    }
  }
}

function wrapUpSteps(scene: Scene, at: number): (() => Fact[])[] {
  const [agentId] = scene.wrapUps
  if (agentId === undefined) return []
  const { interactionId } = scene
  return [
    () => {
      scene.wrapUps.shift()
      return [{ kind: 'wrap-up-ended', at, agentId, interactionId, by: 'agent' }]
    },
    () => [{ kind: 'wrap-up-extended', at, agentId, interactionId, endsAt: at + 60 }],
  ]
}

export const randomCalls = fc
  .array(fc.record({ call: fc.nat(3), choice: fc.nat(59), ms: fc.nat(5_000) }), {
    minLength: 30,
    maxLength: 120,
    size: 'max',
  })
  .map((steps) => {
    const scenes = Array.from({ length: 4 }, (_, i): Scene => ({
      interactionId: `call-${i}`,
      phase: { name: 'flow' },
      offers: 0,
      wrapUps: [],
      hasArrived: false,
    }))
    let at = 1_000
    const facts = steps.flatMap(({ call, choice, ms }) => {
      at += ms
      const scene = scenes[call]
      return scene === undefined ? [] : step(scene, at, choice)
    })
    return { facts, agentIds: agents, now: at }
  })
