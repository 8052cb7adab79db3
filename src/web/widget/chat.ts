/** One visitor's chat on one page: what is shown, and what they do. Keeps who they are in the browser, and nothing they say. */
import { Connection } from './connection.ts'
import type { FileLine, Heard, Line, Phase, Settings } from './shapes.ts'

export type View = Readonly<{
  shown: boolean
  online: boolean
  open: boolean
  lines: readonly Line[]
  phase: Phase
  typing: boolean
  /** Of the visitor's own lines: the last that the agent has seen. */
  seen: string | null
  unread: number
  consented: boolean | null
  /** null: they have not said who they are. */
  email: string | null
  problem: string | null
}>

const nobody: Phase = { phase: 'closed', agent: null, position: null, waitMs: null, exits: [] }
const typingPauseMs = 3_000

export class Chat {
  readonly #origin: string
  readonly #widget: string
  readonly #language: string
  readonly #listeners = new Set<() => void>()
  readonly #connection: Connection
  #siteToken: string | null
  /** From a link; once it was followed the visitor is known by their token. */
  #invitation: string | null
  #view: View
  #last: number | null = null
  #typedAt = 0
  #typingTimer: ReturnType<typeof setTimeout> | undefined

  constructor(
    options: Readonly<{
      origin: string
      widget: string
      language: string
      siteToken: string | null
      invitation: string | null
    }>,
  ) {
    this.#origin = options.origin
    this.#widget = options.widget
    this.#language = options.language
    this.#siteToken = options.siteToken
    this.#invitation = options.invitation
    const consent = this.#kept('consent')
    this.#view = {
      shown: false,
      online: false,
      open: true,
      lines: [],
      phase: nobody,
      typing: false,
      seen: null,
      unread: 0,
      consented: consent === null ? null : consent === 'yes',
      email: null,
      problem: null,
    }
    const socket = `${options.origin.replace(/^http/, 'ws')}/api/chat/socket?widget=${encodeURIComponent(options.widget)}`
    this.#connection = new Connection({
      url: socket,
      hello: () => ({
        token: this.#kept('visitor'),
        siteToken: this.#siteToken,
        invitation: this.#invitation,
        after: this.#last,
        language: this.#language,
      }),
      heard: (message) => this.#heard(message),
      changed: (online) => this.#set({ online }),
    })
    // Who was here before may have been answered meanwhile.
    if (this.#kept('visitor') !== null || options.siteToken !== null) this.#connection.open()
  }

  get view(): View {
    return this.#view
  }

  watch(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async settings(): Promise<Settings | null> {
    try {
      const response = await fetch(`${this.#origin}/api/chat/widgets/${encodeURIComponent(this.#widget)}`)
      if (!response.ok) return null
      const settings = (await response.json()) as Settings
      this.#set({ open: settings.open })
      if (settings.consent === 'given' && this.#view.consented === null) this.consent(true)
      else if (this.#view.consented === true) this.#tellPage()
      return settings
    } catch {
      return null
    }
  }

  show(shown: boolean): void {
    this.#set({ shown, ...(shown && { unread: 0 }) })
    if (!shown) return
    this.#connection.open()
    this.#readAll()
  }

  /** The bot greets whoever has nothing going on. */
  begin(): void {
    if (this.#view.phase.phase === 'closed') this.#connection.later({ begin: true })
  }

  send(text: string, files: readonly FileLine[] = [], button: string | null = null): void {
    const id = crypto.randomUUID()
    const line = { n: null, id, at: Date.now(), from: 'customer', agent: null, text, files, buttons: [] } as const
    this.#set({ lines: [...this.#view.lines, line], problem: null })
    this.#connection.send(id, { send: { id, text, files: files.map((file) => file.id), button } })
    this.#typing(false)
  }

  types(): void {
    clearTimeout(this.#typingTimer)
    this.#typingTimer = setTimeout(() => this.#typing(false), typingPauseMs)
    if (Date.now() - this.#typedAt > typingPauseMs - 500) this.#typing(true)
  }

  exit(by: 'callback' | 'voicemail'): void {
    this.#connection.say({ exit: by })
  }

  leave(): void {
    this.#connection.say({ leave: true })
  }

  signIn(siteToken: string): void {
    this.#siteToken = siteToken
    this.#connection.open()
    this.#connection.later({ siteToken })
  }

  details(details: Readonly<{ name: string; email: string; phone: string }>): void {
    this.#set({ email: details.email === '' ? null : details.email })
    this.#connection.later({ details })
  }

  consent(given: boolean): void {
    this.#keep('consent', given ? 'yes' : 'no')
    this.#set({ consented: given })
    if (given) this.#tellPage()
  }

  tell(point: Readonly<{ kind: string; url?: string; title?: string; data?: object }>): void {
    if (this.#view.consented !== true) return
    this.#connection.open()
    this.#connection.later({ point })
  }

  /** The file as the service keeps it; a text says why it doesn't. */
  async upload(file: File): Promise<FileLine | string> {
    const response = await this.request(`/api/chat/files?name=${encodeURIComponent(file.name)}`, {
      method: 'POST',
      body: file,
      headers: { 'content-type': file.type === '' ? 'application/octet-stream' : file.type },
    })
    const answer = (await response.json()) as FileLine & { error?: { message: string } }
    return response.ok ? answer : (answer.error?.message ?? String(response.status))
  }

  async download(file: FileLine): Promise<Blob> {
    return (await this.request(`/api/chat/files/${file.id}`)).blob()
  }

  async leaveMessage(message: Readonly<{ name: string; email: string; text: string }>): Promise<boolean> {
    const body = JSON.stringify({ ...message, id: crypto.randomUUID() })
    return (await this.#post('/api/chat/left-messages', body)).ok
  }

  async askForCall(request: Readonly<{ phone: string; name: string }>): Promise<boolean> {
    return (await this.#post('/api/chat/callbacks', JSON.stringify(request))).ok
  }

  async mailTranscript(email: string): Promise<boolean> {
    return (await this.#post('/api/chat/transcripts', JSON.stringify({ email }))).ok
  }

  /** Where the browser calls, and as whom; the script that can is loaded only now. */
  async call(): Promise<{ socket: string; target: string; name: string; script: string } | null> {
    const response = await this.#post('/api/chat/calls', '{}')
    if (!response.ok) return null
    const { socket, target, name } = (await response.json()) as { socket: string; target: string; name: string }
    return {
      socket: this.#origin.replace(/^http/, 'ws') + socket,
      target,
      name,
      script: `${this.#origin}/widget-call.js`,
    }
  }

  request(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = {
      ...init.headers,
      authorization: `Bearer ${this.#kept('visitor') ?? ''}`,
      'x-widget': this.#widget,
    }
    return fetch(this.#origin + path, { ...init, headers })
  }

  #post(path: string, body: string): Promise<Response> {
    return this.request(path, { method: 'POST', body, headers: { 'content-type': 'application/json' } })
  }

  #heard(message: Heard): void {
    switch (message.type) {
      case 'welcome':
        this.#keep('visitor', message.token)
        this.#invitation = null
        return this.#set({
          open: message.open,
          email: message.visitor.email ?? this.#view.email,
          ...(message.fromStart && { lines: this.#view.lines.filter(({ n }) => n === null) }),
        })
      case 'message':
        this.#last = message.n
        return this.#arrived({ ...message.message, n: message.n })
      case 'state': {
        const { type: _, ...phase } = message
        return this.#set({ phase, typing: false })
      }
      case 'typing':
        return this.#set({ typing: message.on })
      case 'read':
        return this.#set({ seen: message.messageId })
      case 'ack':
        return this.#set({
          lines: this.#view.lines.map((line) => (line.id === message.id ? { ...line, id: message.messageId } : line)),
        })
      case 'error':
        return this.#set({
          problem: message.message,
          lines: this.#view.lines.filter(({ id }) => id !== message.id),
        })
    }
  }

  #arrived(line: Line): void {
    const others = this.#view.lines.filter(({ id }) => id !== line.id)
    const stored = others.filter(({ n }) => n !== null)
    const unsent = others.filter(({ n }) => n === null)
    // Our own comes back with its words: the acknowledgement may be behind it.
    const own = line.from === 'customer' ? unsent.findIndex(({ text }) => text === line.text) : -1
    if (own >= 0) unsent.splice(own, 1)
    const isNews = line.from !== 'customer' && !this.#isSeen()
    const typing = line.from === 'customer' && this.#view.typing
    this.#set({ lines: [...stored, line, ...unsent], unread: this.#view.unread + (isNews ? 1 : 0), typing })
    if (this.#isSeen()) this.#readAll()
  }

  #isSeen(): boolean {
    return this.#view.shown && document.visibilityState === 'visible'
  }

  #readAll(): void {
    const last = this.#view.lines.findLast(({ from, n }) => from === 'agent' && n !== null)
    if (last !== undefined && this.#view.phase.phase === 'talking') this.#connection.say({ read: last.id })
  }

  #typing(on: boolean): void {
    clearTimeout(this.#typingTimer)
    if (!on && this.#typedAt === 0) return
    this.#typedAt = on ? Date.now() : 0
    this.#connection.say({ typing: on })
  }

  #tellPage(): void {
    this.tell({ kind: 'page', url: location.href.slice(0, 2_000), title: document.title.slice(0, 300) })
  }

  #set(change: Partial<View>): void {
    this.#view = { ...this.#view, ...change }
    for (const listener of this.#listeners) listener()
  }

  /** Pages that forbid storage have a visitor for as long as they are open. */
  readonly #memory = new Map<string, string>()

  #kept(what: string): string | null {
    const key = `centralita.${this.#widget}.${what}`
    try {
      return localStorage.getItem(key) ?? this.#memory.get(key) ?? null
    } catch {
      return this.#memory.get(key) ?? null
    }
  }

  #keep(what: string, value: string): void {
    const key = `centralita.${this.#widget}.${what}`
    this.#memory.set(key, value)
    try {
      localStorage.setItem(key, value)
    } catch {
      return
    }
  }
}
