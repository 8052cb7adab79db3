/** Everything written, put together: the inbox, the written channel, the chat, and the outbox. */
import { ChatChannel } from '../channels/chat/chat-channel.ts'
import type { WrittenPorts } from '../channels/written/ports.ts'
import { WrittenChannel } from '../channels/written/written-channel.ts'
import { Inbox } from '../engine/inbox.ts'
import { Outbox } from '../engine/outbox.ts'
import type { Leaving } from '../engine/outbox-store.ts'
import { emailChannel } from './email-ports.ts'
import { chatPorts, writtenPorts, type WrittenRooms } from './written-ports.ts'

export type Writing = Readonly<{
  written: WrittenChannel
  ports: WrittenPorts
  chat: ChatChannel
  inbox: Inbox
  outbox: Outbox
  /** Takes up what an earlier process left. */
  open(): Promise<void>
  stop(): Promise<void>
}>

export async function startWriting(rooms: Omit<WrittenRooms, 'chat'>): Promise<Writing> {
  const { database, engine, log } = rooms
  const common = { database, log, now: Date.now }
  const inbox: Inbox = new Inbox({ ...common, take: (message) => written.take(message) })
  const ports = writtenPorts({ ...rooms, chat: () => chat })
  const written: WrittenChannel = new WrittenChannel({ ports, inbox })
  const chat: ChatChannel = new ChatChannel(chatPorts(rooms, written))
  const email = emailChannel({ ...rooms, chat, written })
  const deliver = new Map(email === null ? [] : [['email' as const, (leaving: Leaving) => email.deliver(leaving)]])
  const outbox = new Outbox({ ...common, writer: engine, deliver })
  await chat.open()
  return {
    written,
    ports,
    chat,
    inbox,
    outbox,
    async open() {
      await written.open()
      await outbox.open()
      await inbox.open()
    },
    async stop() {
      inbox.stop()
      await outbox.stop()
      written.close()
    },
  }
}
