import { AudioEnd } from './audio-end.ts'
import { eventually } from './poll.ts'
import { addressIn, answerTo, newToken, type SipText } from './sip-text.ts'
import type { WirePhone } from './wire-phone.ts'

/** One call on a telephone. */
export class WireLine {
  readonly callId: string
  readonly isIncoming: boolean
  readonly audio: AudioEnd
  /** Every request that came within the call, oldest first. */
  readonly requests: SipText[] = []
  /** Every answer to this side's INVITEs. */
  readonly answers: SipText[] = []
  readonly #phone: WirePhone
  readonly #tag = newToken()
  readonly #invitation: SipText | null
  /** Through whom this side's requests go. */
  #routes: string[]
  #remote: string
  #target: string
  #sequence = 0
  #version = 0
  #state: 'ringing' | 'up' | 'over' = 'ringing'
  #isAnswered = false

  private constructor(
    phone: WirePhone,
    audio: AudioEnd,
    how: { callId: string; uri: string; invitation: SipText | null },
  ) {
    this.#phone = phone
    this.audio = audio
    this.callId = how.callId
    this.isIncoming = how.invitation !== null
    this.#invitation = how.invitation
    this.#routes = how.invitation?.headers('Record-Route') ?? []
    this.#target = how.invitation === null ? how.uri : addressIn(how.invitation.header('Contact')).uri
    this.#remote = how.invitation === null ? `<${how.uri}>` : how.invitation.header('From')
    if (how.invitation !== null) this.requests.push(how.invitation)
  }

  static async in(phone: WirePhone, invitation: SipText): Promise<WireLine> {
    const audio = await AudioEnd.open(phone.options.address ?? '127.0.0.1')
    return new WireLine(phone, audio, { callId: invitation.callId, uri: phone.contact, invitation })
  }

  static async out(phone: WirePhone, uri: string): Promise<WireLine> {
    const audio = await AudioEnd.open(phone.options.address ?? '127.0.0.1')
    return new WireLine(phone, audio, { callId: newToken(), uri, invitation: null })
  }

  get isUp(): boolean {
    return this.#state === 'up'
  }

  /** What the other side's INVITE and whatever followed it say of who is there: the latest. */
  get shows(): { name: string; number: string } {
    const told = [...this.requests, ...this.answers].filter((it) => it.header('P-Asserted-Identity') !== '')
    const { name, user: number } = addressIn(told.at(-1)?.header('P-Asserted-Identity') ?? '')
    return { name, number }
  }

  /** Until the display says so. */
  async showing(number: string): Promise<void> {
    const what = () => `the display to show ${number}; it shows ${JSON.stringify(this.shows)}`
    await eventually(() => this.shows.number === number, { withinMs: 8_000, what })
  }

  ring(): void {
    this.#reply('180 Ringing')
  }

  async answer(): Promise<void> {
    this.#isAnswered = true
    this.#reply('200 OK', this.#sdp())
    const hasAck = () => this.requests.some(({ method }) => method === 'ACK')
    await eventually(hasAck, { withinMs: 8_000, everyMs: 10, what: 'an ACK' })
    // The other side may have ended it at once.
    if (this.#state === 'ringing') this.#begin(this.#invitation?.body ?? '')
  }

  /** `status` with its words, such as `486 Busy Here`. */
  reject(status: string): void {
    this.#reply(status)
    this.#state = 'over'
  }

  /** Says INVITE; what comes of it is told by `outcome`. */
  invite(): void {
    void this.#phone
      .ask((branch, more) => this.#text('INVITE', branch, more, this.#sdp()))
      .then((answer) => {
        this.#remote = answer.header('To')
        if (answer.status !== 200) return void (this.#state = 'over')
        this.#target = addressIn(answer.header('Contact')).uri
        this.#routes = answer.headers('Record-Route').toReversed()
        this.#phone.send(this.#text('ACK', newToken(), [], '', answer.sequence))
        this.#begin(answer.body)
      })
      .catch(() => (this.#state = 'over'))
  }

  /** The final answer to this side's INVITE. */
  async outcome(): Promise<number> {
    const final = () => this.answers.find(({ status }) => (status ?? 0) >= 200 && status !== 401 && status !== 407)
    const { status } = await eventually(final, { withinMs: 40_000, everyMs: 10, what: 'what becomes of the call' })
    await eventually(() => this.#state !== 'ringing', { withinMs: 2_000, everyMs: 10, what: 'the call to be settled' })
    return status ?? 0
  }

  async hold(): Promise<void> {
    await this.#again(this.#sdp('sendonly'))
  }

  async resume(): Promise<void> {
    await this.#again(this.#sdp())
  }

  /** The transfer key (RFC 3515): to somewhere, or to whoever is on another line of this phone (RFC 3891). Its answer. */
  async refer(to: string | WireLine, more: readonly string[] = []): Promise<number> {
    const target = typeof to === 'string' ? `<sip:${to}>` : to.asReplaceable()
    const headers = [`Refer-To: ${target}`, `Referred-By: <${this.#phone.contact}>`, ...more]
    const answer = await this.#phone.ask((branch, also) => this.#text('REFER', branch, [...headers, ...also], ''))
    return answer.status ?? 0
  }

  /** How the other side's NOTIFYs say that a transfer came out: a status line; null: not yet. */
  get transferred(): number | null {
    const ends = this.requests.filter(({ method, body }) => method === 'NOTIFY' && !/SIP\/2\.0 1\d\d/.test(body))
    return ends.length === 0 ? null : Number(/SIP\/2\.0 (\d{3})/.exec(ends[0]?.body ?? '')?.[1])
  }

  async hangUp(): Promise<void> {
    if (this.#state !== 'up') return
    this.#state = 'over'
    this.audio.silence()
    await this.#phone.ask((branch, more) => this.#text('BYE', branch, more, ''))
  }

  /** Once the other side has ended it; its last request or answer. */
  async closed(): Promise<SipText | undefined> {
    await eventually(() => this.#state === 'over', { withinMs: 15_000, everyMs: 10, what: 'the end of the call' })
    return this.requests.findLast(({ method }) => method === 'BYE' || method === 'CANCEL') ?? this.answers.at(-1)
  }

  heardAnswer(message: SipText): void {
    if (message.sequenceMethod === 'INVITE') this.answers.push(message)
    if (message.sequenceMethod !== 'INVITE' || (message.status ?? 0) < 300) return
    this.#phone.send(this.#text('ACK', branchOf(message), [], '', message.sequence, message.header('To')))
  }

  heardRequest(request: SipText): void {
    this.requests.push(request)
    switch (request.method) {
      case 'ACK':
        return
      case 'CANCEL':
        this.#phone.answer(request, answerTo(request, '200 OK', this.#tag))
        // Crossed by the answer, it has no effect (RFC 3261 §9.2).
        if (this.#isAnswered) return
        if (this.#state === 'ringing') this.#reply('487 Request Terminated')
        return this.#over()
      case 'BYE':
        this.#phone.answer(request, answerTo(request, '200 OK', this.#tag))
        return this.#over()
      case 'INVITE':
      case 'UPDATE': {
        const body = request.body === '' && request.method === 'UPDATE' ? '' : this.#sdp()
        return this.#phone.answer(request, answerTo(request, '200 OK', this.#tag, this.#own(body), body))
      }
      default:
        return this.#phone.answer(request, answerTo(request, '200 OK', this.#tag))
    }
  }

  async close(): Promise<void> {
    if (this.#state === 'up') await this.hangUp().catch(() => undefined)
    if (this.#state === 'ringing' && this.#invitation !== null) this.reject('480 Temporarily Unavailable')
    await this.audio[Symbol.asyncDispose]()
  }

  /** As whoever is to take this line's place names it. */
  asReplaceable(): string {
    const remoteTag = /tag=([^;\s]+)/.exec(this.#remote)?.[1] ?? ''
    const replaces = `${this.callId};to-tag=${remoteTag};from-tag=${this.#tag}`
    return `<${addressIn(this.#remote).uri}?Replaces=${encodeURIComponent(replaces)}>`
  }

  async #again(sdp: string): Promise<void> {
    const answer = await this.#phone.ask((branch, more) => this.#text('INVITE', branch, more, sdp))
    if (answer.status !== 200) throw new Error(`a re-INVITE was answered with ${answer.status}`)
    this.#phone.send(this.#text('ACK', newToken(), [], '', answer.sequence))
  }

  #begin(sdp: string): void {
    this.#state = 'up'
    const { toneHz } = this.#phone.options
    const [host, port] = [/^c=IN IP4 (\S+)/m.exec(sdp)?.[1], /^m=audio (\d+)/m.exec(sdp)?.[1]]
    if (toneHz !== undefined && host !== undefined && port !== undefined)
      this.audio.say(toneHz, { host: this.#phone.options.host, port: Number(port) })
  }

  #over(): void {
    this.#state = 'over'
    this.audio.silence()
  }

  #reply(status: string, body = ''): void {
    if (this.#invitation === null) return
    this.#phone.answer(this.#invitation, answerTo(this.#invitation, status, this.#tag, this.#own(body), body))
  }

  #own(body: string): string[] {
    const allow = 'Allow: INVITE, ACK, CANCEL, BYE, UPDATE, REFER, NOTIFY'
    return [`Contact: <${this.#phone.contact}>`, allow, ...(body === '' ? [] : ['Content-Type: application/sdp'])]
  }

  #text(
    method: string,
    branch: string,
    more: readonly string[],
    body: string,
    sequence = 0,
    to = this.#remote,
  ): string {
    const own = this.#invitation === null ? `<${this.#phone.contact}>` : this.#invitation.header('To')
    const isAck = method === 'ACK'
    return [
      `${method} ${this.#target} SIP/2.0`,
      `Via: ${this.#phone.via};branch=${branch.startsWith('z9hG4bK') ? branch : `z9hG4bK${branch}`}`,
      `From: ${own};tag=${this.#tag}`,
      `To: ${to}`,
      `Call-ID: ${this.callId}`,
      `CSeq: ${isAck ? sequence : ++this.#sequence} ${method}`,
      'Max-Forwards: 70',
      ...this.#routes.map((route) => `Route: ${route}`),
      ...this.#own(body),
      ...more,
      `Content-Length: ${body.length}`,
      '',
      body,
    ].join('\r\n')
  }

  #sdp(direction: 'sendrecv' | 'sendonly' = 'sendrecv'): string {
    const { address = '127.0.0.1', claims } = this.#phone.options
    const host = claims?.replace(/:\d+$/, '') ?? address
    const [profile, more] = this.#phone.options.isBrowser === true ? ['UDP/TLS/RTP/SAVPF', asBrowser] : ['RTP/AVP', []]
    return [
      'v=0',
      `o=phone 1 ${++this.#version} IN IP4 ${host}`,
      's=-',
      `c=IN IP4 ${host}`,
      't=0 0',
      `m=audio ${this.audio.port} ${profile} 0`,
      'a=rtpmap:0 PCMU/8000',
      ...more,
      `a=${direction}`,
      '',
    ].join('\r\n')
  }
}

/** What a browser offers of ICE and DTLS (RFC 8839, RFC 5763). Nothing of it is carried out: such a line has no audio. */
const asBrowser = [
  'a=ice-ufrag:phone',
  'a=ice-pwd:0123456789012345678901',
  'a=setup:active',
  `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`,
  'a=rtcp-mux',
]

const branchOf = (message: SipText): string => /branch=([^;\s]+)/.exec(message.header('Via'))?.[1] ?? ''
