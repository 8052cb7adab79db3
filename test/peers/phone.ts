import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CtrlTcp } from './ctrl-tcp.ts'
import { startPeerProcess, type PeerProcess } from './peer-process.ts'
import { PhoneJournal, phoneEvent, type PhoneEvent, type PhoneState } from './phone-journal.ts'
import { renderAccount, renderAddressOfRecord, renderPhoneConfig, type PhoneOptions } from './phone-config.ts'
import { phonePort } from './phone-port.ts'
import { eventually } from './poll.ts'
import { Recording } from './recording.ts'
import { soundMs, telephoneRateHz, toneMs, toneShare } from './tone.ts'

export type { PhoneEvent, PhoneOptions, PhoneState }

/** Bound of a wait in milliseconds, 1 to 600,000, default 10,000; on expiry the wait rejects with what was seen. */
type Bound = { timeoutMs?: number }
const defaultTimeoutMs = 10_000

/** A telephone: one baresip without sound hardware, which says a sine and writes down what it hears. */
export class Phone {
  private readonly options: PhoneOptions
  private readonly folder: string
  private readonly process: PeerProcess
  private readonly control: CtrlTcp
  private readonly journal: PhoneJournal
  private readonly recording: Recording

  constructor(options: PhoneOptions, parts: PhoneParts) {
    this.options = options
    this.folder = parts.folder
    this.process = parts.process
    this.control = parts.control
    this.journal = parts.journal
    this.recording = new Recording(parts.folder)
  }

  get state(): PhoneState {
    return this.journal.state
  }

  /** All that happened so far, in order. */
  get events(): readonly PhoneEvent[] {
    return this.journal.events
  }

  get pid(): number {
    return this.process.pid
  }

  /** Registers and waits for the 200; rejects with the server's answer when it refuses. */
  async register(bound: Bound = {}): Promise<void> {
    const seenBefore = this.journal.events.length
    await this.control.command('uanew', renderAccount(this.options))
    const outcome = await eventually(() => this.journal.events.slice(seenBefore).find(isRegistrationOutcome), {
      withinMs: bound.timeoutMs ?? defaultTimeoutMs,
      everyMs: 10,
      what: () => `an answer to REGISTER\n${this.process.logTail()}`,
    })
    if (outcome.type === 'registration-failed') throw new Error(`REGISTER refused: ${outcome.reason}`)
  }

  /** Removes the account: sends REGISTER with Expires 0; the phone can't call or ring until `register()`. */
  async unregister(): Promise<void> {
    await this.control.command('uadel', renderAddressOfRecord(this.options))
  }

  /** The account without registering it, for callers. */
  async useAccount(): Promise<void> {
    await this.control.command('uanew', renderAccount({ ...this.options, registrationS: 0 }))
  }

  /** Sends the INVITE; wait with `established()` or `closed()`. */
  async dial(number: string): Promise<void> {
    await this.control.command('dial', number)
  }

  async answer(): Promise<void> {
    await this.control.command('accept')
  }

  /** Refuses the ringing call with 486, the only code that baresip 1.0 can send; SIPp agents send the others. */
  async reject(): Promise<void> {
    if (this.state !== 'ringing') throw new Error(`a phone that is ${this.state} can't reject`)
    await this.control.command('hangup')
  }

  async hangup(): Promise<void> {
    await this.control.command('hangup')
  }

  async hold(): Promise<void> {
    await this.control.command('hold')
  }

  /** Asks the other side to call somebody else instead (REFER). */
  async refer(to: string): Promise<void> {
    await this.control.command('transfer', to)
  }

  async resume(): Promise<void> {
    await this.control.command('resume')
  }

  /** Presses keys, as RFC 4733 events. */
  async digits(keys: string): Promise<void> {
    for (const key of keys) await this.control.command('sndcode', key)
  }

  /** The next incoming call: who calls, as the phone's display would show it. */
  ringing(bound: Bound = {}): Promise<Extract<PhoneEvent, { type: 'incoming' }>> {
    return this.next('incoming', bound)
  }

  /** The next 180 to a call of this phone's own. */
  remoteRinging(bound: Bound = {}): Promise<Extract<PhoneEvent, { type: 'remote-ringing' }>> {
    return this.next('remote-ringing', bound)
  }

  async established(bound: Bound = {}): Promise<void> {
    await this.next('established', bound)
  }

  /** The next end of a call: its reason is the final SIP answer, or who reset the connection. */
  async closed(bound: Bound = {}): Promise<string> {
    const { reason } = await this.next('closed', bound)
    return reason
  }

  /** The next key that the other side pressed. */
  async digit(bound: Bound = {}): Promise<string> {
    const { digit } = await this.next('digit', bound)
    return digit
  }

  /** Resolves once at least `minMs` (default 400) of audio heard from now on carry the tone. */
  async hears(hz: number, { withinMs = 5000, minMs = 400, minShare = 0.25 } = {}): Promise<void> {
    const mark = this.recording.mark()
    await eventually(() => toneMs(this.recording.since(mark), { hz, minShare }) >= minMs, {
      withinMs,
      what: () => {
        const heard = this.recording.since(mark)
        const heardMs = Math.round((heard.length * 1000) / telephoneRateHz)
        return `${hz} Hz for ${minMs} ms; ${heardMs} ms heard, share of the tone ${toneShare(heard, hz).toFixed(2)}`
      },
    })
  }

  /** Resolves once at least `minMs` (default 400) of audio that is not silence was heard from now on. */
  async hearsSound({ withinMs = 5000, minMs = 400 } = {}): Promise<void> {
    const mark = this.recording.mark()
    await eventually(() => soundMs(this.recording.since(mark)) >= minMs, {
      withinMs,
      what: () => `${minMs} ms of sound; ${soundMs(this.recording.since(mark))} ms heard`,
    })
  }

  /** Listens from now on; asked later, tells for how many milliseconds the tone was missing. */
  listensFor(hz: number, { minShare = 0.25 } = {}): () => number {
    const mark = this.recording.mark()
    const since = performance.now()
    return () => {
      const heardMs = toneMs(this.recording.since(mark), { hz, minShare })
      return Math.max(0, Math.round(performance.now() - since - heardMs))
    }
  }

  /** Listens for `forMs` and rejects once more than 200 ms (what may be on its way) carry the tone. */
  async hearsNot(hz: number, { forMs = 1000, minShare = 0.25 } = {}): Promise<void> {
    const mark = this.recording.mark()
    const until = performance.now() + forMs
    await eventually(
      () => {
        const heardMs = toneMs(this.recording.since(mark), { hz, minShare })
        if (heardMs > 200) throw new Error(`heard ${hz} Hz for ${heardMs} ms`)
        return performance.now() >= until
      },
      { withinMs: forMs + 5000, what: 'the end of listening' },
    )
  }

  /** Share of the tone in the last `windowMs` of real time, 0 to 1; 0 when nothing arrives. */
  strength(hz: number, windowMs = 500): number {
    return toneShare(this.recording.last(windowMs), hz)
  }

  /** A power cut: no BYE, no unregistering. */
  async kill(): Promise<void> {
    this.process.signal('SIGKILL')
    await this.process.exited
  }

  /** Hangs up and unregisters as baresip does on SIGTERM, then removes the phone's folder. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.process.stop('SIGTERM', 1500)
    this.control.close()
    rmSync(this.folder, { recursive: true, force: true })
  }

  private next<Type extends PhoneEvent['type']>(
    type: Type,
    bound: Bound,
  ): Promise<Extract<PhoneEvent, { type: Type }>> {
    return this.journal.next(type, bound.timeoutMs ?? defaultTimeoutMs, () => this.process.logTail())
  }
}

type PhoneParts = { folder: string; process: PeerProcess; control: CtrlTcp; journal: PhoneJournal }

function isRegistrationOutcome(
  event: PhoneEvent,
): event is Extract<PhoneEvent, { type: 'registered' | 'registration-failed' }> {
  return event.type === 'registered' || event.type === 'registration-failed'
}

/** Its ports were free a moment ago; somebody may have taken one meanwhile, so a phone that ends at once starts anew. */
const starts = 3

/** Starts a phone, and registers it if it has an account. */
export async function startPhone(options: PhoneOptions): Promise<Phone> {
  for (let start = 1; ; start++) {
    try {
      return await startOnce(options)
    } catch (error) {
      if (start === starts || !(error instanceof PhoneGone)) throw error
    }
  }
}

class PhoneGone extends Error {}

async function startOnce(options: PhoneOptions): Promise<Phone> {
  const folder = mkdtempSync(join(tmpdir(), 'centralita-phone-'))
  const controlPort = await phonePort()
  writeFileSync(join(folder, 'config'), renderPhoneConfig(options, folder, controlPort))
  writeFileSync(join(folder, 'accounts'), '')
  writeFileSync(join(folder, 'contacts'), '')
  const process = await startPeerProcess({
    program: 'baresip',
    debianPackage: 'baresip-core',
    args: ['-f', folder],
    cwd: folder,
    logFile: join(folder, 'log'),
  })
  const journal = new PhoneJournal()
  void process.exited.then(() => journal.record({ type: 'gone' }))
  const control = await openControl(controlPort, process, (event) => journal.record(event))
  const phone = new Phone(options, { folder, process, control, journal })
  const { answer = 'manual' } = options
  if (answer !== 'manual') answerAfter(phone, journal, answer === 'auto' ? 0 : answer.afterMs)
  try {
    if (options.register ?? options.password !== undefined) await phone.register()
    else await phone.useAccount()
  } catch (error) {
    const log = process.logTail()
    const refused = process.isRunning() && control.isOpen
    await phone[Symbol.asyncDispose]()
    throw refused ? error : new PhoneGone(`the phone ended at its start:\n${log}`, { cause: error })
  }
  return phone
}

async function openControl(port: number, process: PeerProcess, onEvent: (event: PhoneEvent) => void): Promise<CtrlTcp> {
  const open = async () => {
    if (!process.isRunning()) throw new PhoneGone(`baresip ended at its start:\n${process.logTail()}`)
    return CtrlTcp.open(port, (event) => {
      const known = phoneEvent(event)
      if (known !== undefined) onEvent(known)
    }).catch(() => undefined)
  }
  const what = () => `baresip's control port\n${process.logTail()}`
  try {
    return await eventually(open, { withinMs: 10_000, everyMs: 20, what })
  } catch (error) {
    await process.stop('SIGKILL')
    throw error
  }
}

/** baresip's own automatic answer tells nothing of the caller, so the phone answers by command. */
function answerAfter(phone: Phone, journal: PhoneJournal, afterMs: number): void {
  journal.onRecord((event) => {
    if (event.type !== 'incoming') return
    setTimeout(() => {
      // The phone may have been killed meanwhile: then its events say so, and there is nothing to answer.
      if (phone.state === 'ringing') phone.answer().catch(() => undefined)
    }, afterMs).unref()
  })
}
