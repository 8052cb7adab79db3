import type { BaresipEvent } from './ctrl-tcp.ts'

export type PhoneState = 'idle' | 'calling' | 'ringing' | 'established' | 'gone'

/** What happened to a phone, in order. */
export type PhoneEvent =
  | { type: 'registered' }
  | { type: 'registration-failed'; reason: string }
  | { type: 'incoming'; callerNumber: string; callerUri: string; callerName: string | undefined }
  | { type: 'remote-ringing' }
  | { type: 'established' }
  | { type: 'closed'; reason: string }
  | { type: 'digit'; digit: string }
  | { type: 'gone' }

type Waiting = { take: (event: PhoneEvent) => boolean; from: number; settle: (event: PhoneEvent) => void }

/**
 * The events of a phone as a reader sees them: each wait takes the next event of its kind after the last one taken, so
 * nothing is missed between two waits and nothing is seen twice.
 */
export class PhoneJournal {
  readonly events: PhoneEvent[] = []
  private cursor = 0
  private readonly waiting = new Set<Waiting>()
  private readonly listeners: ((event: PhoneEvent) => void)[] = []

  get state(): PhoneState {
    return this.events.reduce<PhoneState>((state, event) => stateAfter(state, event), 'idle')
  }

  onRecord(listener: (event: PhoneEvent) => void): void {
    this.listeners.push(listener)
  }

  record(event: PhoneEvent): void {
    this.events.push(event)
    for (const listener of this.listeners) listener(event)
    for (const waiting of [...this.waiting]) this.offer(waiting, this.events.length - 1)
  }

  /** The next event of the type; rejects after `timeoutMs`, or at once when the phone is gone. */
  next<Type extends PhoneEvent['type']>(
    type: Type,
    timeoutMs: number,
    describe: () => string,
  ): Promise<Extract<PhoneEvent, { type: Type }>> {
    return new Promise((resolve, reject) => {
      const isAwaited = (event: PhoneEvent): event is Extract<PhoneEvent, { type: Type }> => event.type === type
      const fail = (why: string) => {
        this.waiting.delete(waiting)
        clearTimeout(timer)
        reject(new Error(`no "${type}" ${why}; so far: ${JSON.stringify(this.events)}\n${describe()}`))
      }
      const timer = setTimeout(() => fail(`within ${timeoutMs} ms`), timeoutMs)
      const waiting: Waiting = {
        from: this.cursor,
        take: (event) => event.type === type || event.type === 'gone',
        settle: (event) => {
          if (!isAwaited(event)) return fail('from a phone that is gone')
          clearTimeout(timer)
          resolve(event)
        },
      }
      this.waiting.add(waiting)
      for (let index = waiting.from; index < this.events.length; index++) if (this.offer(waiting, index)) break
    })
  }

  private offer(waiting: Waiting, index: number): boolean {
    const event = this.events[index]
    if (event === undefined || !waiting.take(event)) return false
    this.waiting.delete(waiting)
    this.cursor = Math.max(this.cursor, index + 1)
    waiting.settle(event)
    return true
  }
}

function stateAfter(state: PhoneState, event: PhoneEvent): PhoneState {
  switch (event.type) {
    case 'incoming':
      return state === 'established' ? state : 'ringing'
    case 'remote-ringing':
      return 'calling'
    case 'established':
      return 'established'
    case 'closed':
      return 'idle'
    case 'gone':
      return 'gone'
    case 'registered':
    case 'registration-failed':
    case 'digit':
      return state
  }
}

/** The domain's event for one of baresip's, or undefined for those that no test asks about. */
export function phoneEvent(event: BaresipEvent): PhoneEvent | undefined {
  switch (event.type) {
    case 'REGISTER_OK':
      return { type: 'registered' }
    case 'REGISTER_FAIL':
      return { type: 'registration-failed', reason: event.param ?? '' }
    case 'CALL_INCOMING':
      return incoming(event)
    case 'CALL_RINGING':
      return { type: 'remote-ringing' }
    case 'CALL_ESTABLISHED':
      return { type: 'established' }
    case 'CALL_CLOSED':
      return { type: 'closed', reason: event.param ?? '' }
    case 'CALL_DTMF_START':
      return { type: 'digit', digit: event.param ?? '' }
    default:
      return undefined
  }
}

function incoming(event: BaresipEvent): PhoneEvent {
  const callerUri = event.peeruri ?? ''
  const callerNumber = /^sips?:([^@;]*)@/.exec(callerUri)?.[1] ?? ''
  return { type: 'incoming', callerNumber, callerUri, callerName: event.peerdisplayname }
}
