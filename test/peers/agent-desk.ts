/** An agent's page as the service sees it: the live connection, and what a person does there. */
import WebSocket from 'ws'
import { eventually } from './poll.ts'
import type { Answer, TestService } from './service.ts'

export class AgentDesk {
  readonly #service: TestService
  readonly #username: string
  readonly #socket: WebSocket
  readonly events: Answer[] = []

  private constructor(service: TestService, username: string, socket: WebSocket) {
    this.#service = service
    this.#username = username
    this.#socket = socket
    socket.on('message', (data) => this.events.push(JSON.parse(String(data))))
    socket.on('error', () => undefined)
  }

  /** Signed in and available, with nobody on the phone. */
  static async open(service: TestService, username: string): Promise<AgentDesk> {
    const agent = service.firstStart.agents.find((one) => one.username === username)
    const token = await service.token(username, agent?.password ?? '')
    const socket = new WebSocket(`${service.baseUrl.replace(/^http/, 'ws')}/api/live?token=${token}`)
    const desk = new AgentDesk(service, username, socket)
    await eventually(() => desk.events.some(({ type }) => type === 'snapshot'), {
      withinMs: 15_000,
      what: 'the snapshot',
    })
    await desk.act('PUT', '/api/me/presence', { presence: 'available' })
    return desk
  }

  act(method: string, path: string, body?: unknown): Promise<Answer> {
    return this.#service.api(method, path, body, this.#username)
  }

  request(method: string, path: string, body?: unknown): Promise<{ status: number; json: Answer }> {
    return this.#service.request(method, path, body, this.#username)
  }

  /** The latest offer that has come, of an interaction not in `known`. */
  async offered(known: readonly string[] = []): Promise<string> {
    const offers = () =>
      this.#facts()
        .filter((fact) => fact.kind === 'offer-made')
        .map(({ interactionId }) => interactionId)
    return eventually(() => offers().findLast((id) => !known.includes(id)), { withinMs: 15_000, what: 'an offer' })
  }

  accept(interactionId: string): Promise<Answer> {
    return this.act('POST', `/api/interactions/${interactionId}/offer`, { action: 'accept' })
  }

  write(interactionId: string, text: string, more: object = {}): Promise<Answer> {
    return this.act('POST', `/api/interactions/${interactionId}/messages`, { id: text, text, ...more })
  }

  async hears(wanted: (event: Answer) => boolean, what: string): Promise<Answer> {
    return eventually(() => this.events.find(wanted), {
      withinMs: 15_000,
      what: () => `${what}; there is ${JSON.stringify(this.events.slice(-10))}`,
    })
  }

  async reads(words: string): Promise<Answer> {
    return this.hears(({ type, message }) => type === 'message' && message.text.includes(words), `«${words}»`)
  }

  [Symbol.dispose](): void {
    this.#socket.terminate()
  }

  #facts(): Answer[] {
    return this.events.flatMap(({ type, facts }) => (type === 'changes' ? facts.map(({ fact }: Answer) => fact) : []))
  }
}
