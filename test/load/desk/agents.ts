/** Agents of the benchmark, and a desk that is no page: the same live connection, held by a program. */
import { randomUUID } from 'node:crypto'
import WebSocket from 'ws'
import { eventually } from '../../peers/poll.ts'
import type { Answer, TestService } from '../../peers/service.ts'

export class BenchAgent {
  readonly username: string
  readonly password: string
  readonly #service: TestService
  readonly #token: string

  private constructor(service: TestService, username: string, password: string, token: string) {
    this.#service = service
    this.username = username
    this.password = password
    this.#token = token
  }

  /** Who serves `support` in writing, so many at once. */
  static async make(service: TestService, chats: number): Promise<BenchAgent> {
    const username = `bench-${randomUUID().slice(0, 8)}`
    const password = `${randomUUID()}-Aa1`
    const agent = { skills: {}, queueIds: ['support'], capacity: { chat: chats } }
    await service.api('POST', '/api/users', {
      username,
      name: username,
      password,
      oneTime: false,
      role: 'agent',
      agent,
    })
    return new BenchAgent(service, username, password, await service.token(username, password))
  }

  async act(method: string, path: string, body?: object): Promise<void> {
    const response = await fetch(this.#service.baseUrl + path, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
    })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
  }

  available(): Promise<void> {
    return this.act('PUT', '/api/me/presence', { presence: 'available' })
  }

  accept(interactionId: string): Promise<void> {
    return this.act('POST', `/api/interactions/${interactionId}/offer`, { action: 'accept' })
  }

  close(interactionId: string): Promise<void> {
    return this.act('POST', `/api/interactions/${interactionId}/close`)
  }

  /** `told`: every message, as soon as it is here. */
  async desk(told: (event: Answer) => void): Promise<WebSocket> {
    const url = `${this.#service.baseUrl.replace(/^http/, 'ws')}/api/live?token=${this.#token}&desk=${randomUUID()}`
    const socket = new WebSocket(url)
    let isThere = false
    socket.on('message', (data) => {
      const event: Answer = JSON.parse(String(data))
      isThere ||= event.type === 'snapshot'
      told(event)
    })
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    socket.send('{"subscribe":{}}')
    await eventually(() => isThere, { withinMs: 60_000, what: 'the snapshot of a desk' })
    return socket
  }
}
