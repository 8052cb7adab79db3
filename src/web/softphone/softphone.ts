/** The telephone in the page: registers through the service's own origin, comes back by itself, and carries one call's audio. */
import type { UA } from 'jssip'
import type { RTCSession } from 'jssip/lib/RTCSession'
import type { IncomingRequest } from 'jssip/lib/SIPMessage'
import type { Softphone as Account } from '../../directory/softphone-routes.ts'
import { get } from '../server/api.ts'
import { watchLine, type Line } from './line-watch.ts'
import { phoneSettings } from './settings.ts'

export type PhoneCall = Readonly<{
  state: 'ringing' | 'connecting' | 'up'
  /** A call of my own to hear myself. */
  isEcho: boolean
  muted: boolean
  /** Its audio has lost its way for good, as after a network that was gone for long: it must be fetched back. */
  isBroken: boolean
  line: Line | null
  /** What the microphone hears; null before it is open. */
  microphone: MediaStream | null
}>

export type PhoneView = Readonly<{
  state: 'off' | 'connecting' | 'ready' | 'refused'
  call: PhoneCall | null
  /** What rang last was picked up at another telephone of mine. */
  isElsewhere: boolean
  /** The last call could not be taken: there is no microphone, or we may not use it. */
  microphoneProblem: boolean
}>

const registerSeconds = 120
const askAgainMs = 5_000
/** After the first way to reach us is known, better ones may still be found for so long. */
const gatherMs = 300
const busyHere = 486
const declined = 603
/** How long a decision holds that was made before the telephone rang. */
const decidedMs = 4_000
const echoNumber = '*43'

/** RFC 3326: the CANCEL says that somebody has picked up at another telephone. */
const wasCompleted = (reasons: readonly string[]): boolean => reasons.some((it) => /^SIP\s*;\s*cause=200\b/i.test(it))

export class Softphone {
  readonly #listeners = new Set<() => void>()
  readonly #audio = new Audio()
  #view: PhoneView = { state: 'off', call: null, isElsewhere: false, microphoneProblem: false }
  #ua: UA | null = null
  #session: RTCSession | null = null
  #account: Account | null = null
  #stopWatching: (() => void) | null = null
  #renewal: number | undefined
  #isWanted = false
  /** The offer was taken or declined before the telephone rang. */
  #next: 'answer' | 'decline' | null = null

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly view = (): PhoneView => this.#view

  start(): void {
    if (this.#isWanted) return
    this.#isWanted = true
    if (this.#ua === null) return void this.#connect()
    // It was left with a call on it, and is wanted again before that has ended.
    this.#show({ state: 'connecting' })
    this.#ua.register()
  }

  /** Another desk of mine rings from now on; a call that is up stays here until it is fetched from there, or ends. */
  leave(): void {
    if (this.#session === null || this.#view.call?.state === 'ringing') return this.stop()
    this.#isWanted = false
    window.clearTimeout(this.#renewal)
    this.#ua?.unregister()
    this.#show({ state: 'off' })
  }

  stop(): void {
    this.#isWanted = false
    window.clearTimeout(this.#renewal)
    this.#ua?.stop()
    this.#ua = null
    this.#show({ state: 'off' })
  }

  /** Also before it rings: what the page shows comes sooner than the telephone's own message. */
  answer(): void {
    if (this.#session === null || this.#view.call?.state !== 'ringing') return this.#decideNext('answer')
    void this.#answer(this.#session)
  }

  /** What was to ring rings elsewhere: whatever comes next is another call. */
  forgetDecision(): void {
    this.#next = null
  }

  decline(): void {
    if (this.#session === null || this.#view.call?.state !== 'ringing') return this.#decideNext('decline')
    this.#session.terminate({ status_code: declined })
  }

  hangUp(): void {
    this.#session?.terminate()
  }

  mute(on: boolean): void {
    if (on) this.#session?.mute({ audio: true })
    else this.#session?.unmute({ audio: true })
    this.#showCall({ muted: on })
  }

  /** Hear yourself as others hear you. */
  async echo(): Promise<void> {
    if (this.#ua === null || this.#session !== null || this.#account === null) return
    const stream = await this.#microphone()
    if (stream === null) return
    this.#ua.call(`sip:${echoNumber}@${this.#account.realm}`, { mediaStream: stream, pcConfig: this.#pcConfig() })
  }

  /** The speaker was chosen anew. */
  useSpeaker(): void {
    const { speaker } = phoneSettings()
    // A device that is gone: the system's own.
    void this.#audio.setSinkId(speaker).catch(() => undefined)
  }

  #decideNext(what: 'answer' | 'decline'): void {
    this.#next = what
    window.setTimeout(() => {
      this.#next = null
    }, decidedMs)
  }

  async #connect(): Promise<void> {
    window.clearTimeout(this.#renewal)
    this.#show({ state: 'connecting' })
    try {
      const [{ UA, WebSocketInterface }, account] = await Promise.all([
        import('jssip'),
        get<Account>('/api/me/softphone'),
      ])
      if (!this.#isWanted) return
      this.#account = account
      const socket = new WebSocketInterface(`${location.origin.replace(/^http/, 'ws')}${account.socket}`)
      const ua = new UA({
        sockets: socket,
        uri: account.uri,
        authorization_user: account.username,
        password: account.password,
        register_expires: registerSeconds,
        session_timers: false,
        connection_recovery_min_interval: 1,
        connection_recovery_max_interval: 4,
        user_agent: 'Centralita desk',
      })
      this.#ua = ua
      this.#listen(ua)
      ua.start()
      this.#renewal = window.setTimeout(
        () => this.#renew(),
        Math.max(Date.parse(account.endsAt) - Date.now(), askAgainMs),
      )
    } catch {
      this.#show({ state: 'refused' })
      this.#renewal = window.setTimeout(() => void this.#connect(), askAgainMs)
    }
  }

  /** The account has ended: the next one, once nobody talks. */
  #renew(): void {
    if (this.#session !== null) {
      this.#renewal = window.setTimeout(() => this.#renew(), askAgainMs)
      return
    }
    this.#ua?.stop()
    this.#ua = null
    if (this.#isWanted) void this.#connect()
  }

  #listen(ua: UA): void {
    const mine = (): boolean => this.#ua === ua
    ua.on('registered', () => mine() && this.#show({ state: 'ready' }))
    ua.on('disconnected', () => mine() && this.#isWanted && this.#show({ state: 'connecting' }))
    ua.on('registrationFailed', () => {
      if (!mine() || !this.#isWanted) return
      this.#show({ state: 'refused' })
      window.clearTimeout(this.#renewal)
      this.#renewal = window.setTimeout(() => this.#renew(), askAgainMs)
    })
    ua.on('newRTCSession', ({ originator, session }: { originator: string; session: RTCSession }) => {
      const isFree = this.#session === null || this.#view.call?.isBroken === true
      if (!isFree) return void session.terminate({ status_code: busyHere })
      // The other side has given up the broken one already.
      this.#letGo()
      this.#follow(session, originator === 'local')
    })
  }

  #follow(session: RTCSession, isEcho: boolean): void {
    this.#session = session
    const state = isEcho ? 'connecting' : 'ringing'
    this.#show({
      call: { state, isEcho, muted: false, isBroken: false, line: null, microphone: null },
      isElsewhere: false,
      microphoneProblem: false,
    })
    let gathering: number | undefined
    session.on('icecandidate', ({ ready }: { ready(): void }) => {
      gathering ??= window.setTimeout(ready, gatherMs)
    })
    const attach = (connection: RTCPeerConnection): void => {
      connection.addEventListener('track', ({ track }) => {
        this.#audio.srcObject = new MediaStream([track])
        this.useSpeaker()
        void this.#audio.play().catch(() => undefined)
      })
      connection.addEventListener('connectionstatechange', () => {
        // JsSIP looks at ICE alone, which may stay `disconnected` for ever.
        if (this.#session === session) this.#showCall({ isBroken: connection.connectionState === 'failed' })
      })
      this.#stopWatching?.()
      this.#stopWatching = watchLine(connection, (line) => this.#showCall({ line }))
    }
    if (isEcho && session.connection) attach(session.connection)
    session.on('peerconnection', ({ peerconnection }) => attach(peerconnection))
    session.on('confirmed', () => this.#showCall({ state: 'up' }))
    const over = (): void => {
      if (this.#session !== session) return
      this.#forget()
      if (!this.#isWanted) this.stop()
    }
    session.on('ended', over)
    session.on('failed', ({ message }: { message?: Partial<Pick<IncomingRequest, 'getHeaders'>> | null }) => {
      if (this.#session === session) this.#show({ isElsewhere: wasCompleted(message?.getHeaders?.('Reason') ?? []) })
      over()
    })
    if (isEcho) return
    if (this.#next === 'decline') this.decline()
    else if (this.#next === 'answer' || phoneSettings().autoAnswer) void this.#answer(session)
  }

  #letGo(): void {
    const session = this.#session
    if (session === null) return
    this.#forget()
    session.terminate()
  }

  #forget(): void {
    this.#session = null
    this.#stopWatching?.()
    this.#stopWatching = null
    for (const track of this.#view.call?.microphone?.getTracks() ?? []) track.stop()
    this.#audio.srcObject = null
    this.#show({ call: null })
  }

  async #answer(session: RTCSession): Promise<void> {
    this.#next = null
    this.#showCall({ state: 'connecting' })
    const stream = await this.#microphone()
    if (stream === null) return void session.terminate({ status_code: 480 })
    if (session !== this.#session) {
      for (const track of stream.getTracks()) track.stop()
      return
    }
    session.answer({ mediaStream: stream, pcConfig: this.#pcConfig() })
  }

  async #microphone(): Promise<MediaStream | null> {
    const { microphone } = phoneSettings()
    const processing = { echoCancellation: true, noiseSuppression: true, autoGainControl: true }
    const wanted = { ...processing, ...(microphone !== '' && { deviceId: { ideal: microphone } }) }
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: wanted })
      this.#showCall({ microphone: stream })
      return stream
    } catch {
      this.#show({ microphoneProblem: true })
      return null
    }
  }

  #pcConfig(): RTCConfiguration {
    return { iceServers: (this.#account?.iceServers ?? []) as RTCIceServer[] }
  }

  #showCall(change: Partial<PhoneCall>): void {
    if (this.#view.call !== null) this.#show({ call: { ...this.#view.call, ...change } })
  }

  #show(change: Partial<PhoneView>): void {
    this.#view = { ...this.#view, ...change }
    for (const listener of this.#listeners) listener()
  }
}
