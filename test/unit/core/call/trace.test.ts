import { describe, expect, it } from 'vitest'
import { traceCall } from '../../../../src/core/call/trace.ts'
import type { Fact } from '../../../../src/core/facts.ts'

const interactionId = '10000000-0000-4000-8000-000000000001'
const agentId = '00000000-0000-4000-8000-00000000000a'
const queueId = 'sales'
const recordingId = `${interactionId}.r1`

const recorded: Fact[] = [
  { kind: 'recording-started', at: 1_000, interactionId, recordingId },
  { kind: 'recording-paused', at: 4_000, interactionId, recordingId, reason: 'agent' },
  { kind: 'recording-resumed', at: 6_000, interactionId, recordingId, reason: 'agent' },
]

describe('what the facts tell of a call that somebody else was in the middle of', () => {
  it('nothing, when nothing has happened', () => {
    const trace = traceCall([])
    expect(trace).toMatchObject({ recording: null, held: false, returned: null, offer: null, callbackRequested: false })
    expect(trace.voicemails.size).toBe(0)
  })

  it('a recording that runs, with the pauses so far', () => {
    expect(traceCall(recorded).recording).toEqual({
      recordingId,
      startedAt: 1_000,
      pausedAt: null,
      pauseReason: null,
      pausedMs: 2_000,
    })
  })

  it('a recording that pauses', () => {
    const paused: Fact = { kind: 'recording-paused', at: 9_000, interactionId, recordingId, reason: 'agent' }
    expect(traceCall([...recorded, paused]).recording).toMatchObject({ pausedAt: 9_000, pausedMs: 2_000 })
  })

  it('no recording once its end was told', () => {
    const finished: Fact = { kind: 'recording-finished', at: 9_000, interactionId, recordingId, durationMs: 6_000 }
    expect(traceCall([...recorded, finished]).recording).toBeNull()
  })

  it('a hold that lasts, and none for the next agent', () => {
    const held: Fact = { kind: 'hold-started', at: 1, interactionId, agentId }
    const next: Fact = { kind: 'offer-accepted', at: 2, interactionId, offerId: `${interactionId}/2`, agentId }
    expect(traceCall([held]).held).toBe(true)
    expect(traceCall([held, { ...held, kind: 'hold-ended', at: 2 }]).held).toBe(false)
    expect(traceCall([held, next]).held).toBe(false)
  })

  it('the router’s word to the flow, until the flow was heard of again', () => {
    const returned: Fact = { kind: 'interaction-dequeued', at: 1, interactionId, queueId, outcome: 'voicemail' }
    const entered: Fact = { kind: 'flow-node-entered', at: 2, interactionId, flowId: 'line', nodeId: 'message' }
    expect(traceCall([returned]).returned).toBe('voicemail')
    expect(traceCall([returned, entered]).returned).toBeNull()
  })

  it('messages that were kept, and a callback that was promised', () => {
    const left: Fact = { kind: 'voicemail-left', at: 1, interactionId, recordingId, queueId, durationMs: 900 }
    const asked: Fact = { kind: 'callback-requested', at: 2, interactionId, callbackId: 'c', queueId }
    const trace = traceCall([left, asked])
    expect([...trace.voicemails]).toEqual([recordingId])
    expect(trace.callbackRequested).toBe(true)
  })

  it('an agent who left while the customer stayed, until the flow was heard of again', () => {
    const accepted: Fact = { kind: 'offer-accepted', at: 1, interactionId, offerId: 'o', agentId: 'ana' }
    const left: Fact = { kind: 'agent-leg-lost', at: 2, interactionId, cause: 'q850-16' }
    const entered: Fact = { kind: 'flow-node-entered', at: 3, interactionId, flowId: 'line', nodeId: 'rate' }
    expect(traceCall([accepted, left])).toMatchObject({ answered: true, agentLeft: true })
    expect(traceCall([accepted, left, entered])).toMatchObject({ answered: true, agentLeft: false })
  })
})
