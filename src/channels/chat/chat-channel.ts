/** Web chat: which widget a page shows, who its visitor is, and what they bring in. */
import { randomUUID } from 'node:crypto'
import type { JourneyPoint } from '../../core/customer/journey.ts'
import type { AttachedFile } from '../../core/details.ts'
import type { AgentId, CustomerId, EntryPointId, Instant, QueueId } from '../../core/ids.ts'
import { stableId } from '../../platform/stable-id.ts'
import type { InboundMessage, Thread } from '../port.ts'
import {
  inviteVisitor,
  keepVisitor,
  keepWidget,
  readSigningSecret,
  readVisitorRow,
  readWidgets,
  visitorOfSiteUser,
  type Visitor,
} from './chat-store.ts'
import type { ChatPorts } from './ports.ts'
import { readSiteToken } from './site-token.ts'
import { VisitorCalls } from './visitor-calls.ts'
import { invitationValidMs, readInvitation, readVisitor, signInvitation, signVisitor } from './visitor-token.ts'
import { defaultSettings, type Widget, type WidgetSettings } from './widget.ts'

export type Said = Readonly<{
  /** The page's own: sent twice, it is the same message. */
  id: string
  text: string
  files: readonly AttachedFile[]
  button: string | null
}>

export class ChatChannel {
  readonly ports: ChatPorts
  readonly calls = new VisitorCalls()
  readonly #widgets = new Map<EntryPointId, Widget>()
  #secret = ''

  constructor(ports: ChatPorts) {
    this.ports = ports
  }

  async open(): Promise<void> {
    this.#secret = await readSigningSecret(this.ports.database)
    for (const [id, widget] of await readWidgets(this.ports.database)) this.#widgets.set(id, widget)
  }

  /** By the address in the site's script tag; null: there is none, or it is switched off. */
  async widget(address: string): Promise<Widget | null> {
    const entryPoint = this.ports.directory.entryPoint(address)
    return entryPoint === null ? null : this.widgetOf(entryPoint.id)
  }

  async widgetOf(entryPointId: EntryPointId): Promise<Widget> {
    const known = this.#widgets.get(entryPointId)
    if (known !== undefined) return known
    const made = await keepWidget(this.ports.database, entryPointId)
    this.#widgets.set(entryPointId, made)
    return made
  }

  async change(
    entryPointId: EntryPointId,
    change: Readonly<{ settings?: WidgetSettings; newSecret?: boolean }>,
  ): Promise<Widget> {
    const widget = await keepWidget(this.ports.database, entryPointId, change)
    this.#widgets.set(entryPointId, widget)
    return widget
  }

  settingsOf(entryPointId: EntryPointId): WidgetSettings {
    return this.#widgets.get(entryPointId)?.settings ?? defaultSettings
  }

  /** Outside the hours of its queue a form takes the place of the conversation. */
  isOpen({ settings }: Widget): boolean {
    return settings.hoursQueue === null || this.ports.directory.queueIsOpen(settings.hoursQueue, this.ports.now())
  }

  /** The visitor that the token names, or a new one; nothing is kept of a new one before they do something. */
  async visitor({ entryPointId }: Widget, token: string | null): Promise<Visitor> {
    const known = token === null ? null : readVisitor(token, this.#secret, this.ports.now())
    if (known === null || known.entryPointId !== entryPointId) return stranger(randomUUID(), entryPointId)
    return (await readVisitorRow(this.ports.database, known.visitorId)) ?? stranger(known.visitorId, entryPointId)
  }

  tokenFor({ id, entryPointId }: Visitor): string {
    return signVisitor({ visitorId: id, entryPointId }, this.#secret, this.ports.now())
  }

  /** A link that leads whoever follows it into the chat as that customer, to whom they talk with now; null: no page is known. */
  async invite(
    { entryPointId, settings }: Widget,
    { customerId, queueId, agentId }: Readonly<{ customerId: CustomerId | null; queueId: QueueId; agentId: AgentId }>,
  ): Promise<{ link: string; until: Instant } | null> {
    if (settings.page === null) return null
    const at = this.ports.now()
    const visitorId = randomUUID()
    await inviteVisitor(this.ports.database, { id: visitorId, entryPointId, customerId }, { queueId, agentId, at })
    const link = new URL(settings.page)
    link.hash = `centralita=${signInvitation({ visitorId, entryPointId }, this.#secret, at)}`
    return { link: link.href, until: at + invitationValidMs }
  }

  /** null: the invitation is not ours, or too old. */
  async invited({ entryPointId }: Widget, code: string): Promise<Visitor | null> {
    const known = readInvitation(code, this.#secret, this.ports.now())
    return known?.entryPointId === entryPointId ? readVisitorRow(this.ports.database, known.visitorId) : null
  }

  /** Who the site says they are: on another device they find their thread again. A text says what is wrong. */
  async signIn(widget: Widget, visitor: Visitor, siteToken: string): Promise<Visitor | string> {
    const { database, now, identify, joins } = this.ports
    const user = readSiteToken(siteToken, widget.secret, now())
    if (typeof user === 'string') return user
    const known = await visitorOfSiteUser(database, widget.entryPointId, user.sub)
    // Somebody else signs in on this device: their thread is another one.
    const free = visitor.siteUser === null || visitor.siteUser === user.sub
    const own = known ?? (free ? visitor : stranger(randomUUID(), widget.entryPointId))
    const customerId = await identify(own.id, user)
    const { sub: siteUser, name, email, phone } = user
    const kept = await keepVisitor(
      database,
      { ...own, customerId, siteUser, name, email, phone, verified: true },
      now(),
    )
    await joins(threadOf(kept), customerId)
    return kept
  }

  /** What visitors say of themselves fills only what the site has not said. */
  keep(visitor: Visitor, said: Partial<Pick<Visitor, 'name' | 'email' | 'phone' | 'language'>>): Promise<Visitor> {
    const { name = null, email = null, phone = null, language = null } = said
    const own = visitor.verified ? { ...visitor, language } : { ...visitor, name, email, phone, language }
    return keepVisitor(this.ports.database, own, this.ports.now())
  }

  /** Resolves with the message's own id once it is safe. */
  async say(visitor: Visitor, { id, text, files, button }: Said): Promise<string> {
    const providerId = `${visitor.id}:${id}`
    await this.ports.written.receive({ ...inbound(visitor, providerId), text, files, button })
    return stableId('message', visitor.entryPointId, providerId)
  }

  /** The flow greets whoever opens the chat. */
  async begin(visitor: Visitor): Promise<void> {
    if (this.ports.written.state(threadOf(visitor)).phase !== 'closed') return
    await this.ports.written.receive({ ...inbound(visitor, `${visitor.id}:open:${this.ports.now()}`), opens: true })
  }

  /** From the form that is shown while nobody is there. */
  async leaveMessage(widget: Widget, visitor: Visitor, text: string, id: string): Promise<boolean> {
    const entryPoint = this.ports.directory.entryPointById(widget.entryPointId)
    const { offlineMail, offlineQueue } = widget.settings
    const mailedTo = this.ports.sendsMail ? offlineMail : null
    const leftFor = mailedTo === null ? (offlineQueue ?? entryPoint?.fallbackQueueId ?? null) : null
    if (leftFor === null && mailedTo === null) return false
    const whose = inbound(visitor, `${visitor.id}:left:${id}`)
    await this.ports.written.receive({ ...whose, channel: 'email', text, leftFor, mailedTo })
    return true
  }

  /** With consent: where the visitor is on the site; whoever talks with them sees it at once. */
  looksAt(visitor: Visitor, point: Omit<JourneyPoint, 'at'>): Promise<void> {
    const { interactionId } = this.ports.written.state(threadOf(visitor))
    return this.ports.journey({ visitor, interactionId, point: { at: this.ports.now(), ...point } })
  }
}

export const threadOf = ({ id, entryPointId }: Pick<Visitor, 'id' | 'entryPointId'>): Thread => ({
  channel: 'chat',
  entryPointId,
  identity: id,
})

function inbound(visitor: Visitor, providerId: string): InboundMessage {
  const { customerId, name, email, phone, language } = visitor
  return {
    ...threadOf(visitor),
    providerId,
    text: '',
    files: [],
    button: null,
    opens: false,
    leftFor: null,
    mailedTo: null,
    sender: { customerId, displayName: name, language, email, phone },
  }
}

const stranger = (id: string, entryPointId: EntryPointId): Visitor => ({
  id,
  entryPointId,
  customerId: null,
  name: null,
  email: null,
  phone: null,
  language: null,
  siteUser: null,
  verified: false,
})
