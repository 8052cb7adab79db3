/** Every room's routes, each with what it asks to be handed. */
import { fileURLToPath } from 'node:url'
import { auditContext, registerAccessRoutes, tokenOf, type Access } from '../access/index.ts'
import { registerChatRoutes } from '../channels/chat/chat-routes.ts'
import { registerControlRoutes } from '../channels/voice/control-routes.ts'
import { voiceControls } from '../channels/voice/controls.ts'
import { handingOver } from '../channels/voice/handing-over.ts'
import { ownCalls } from '../channels/voice/own-calls.ts'
import { registerNodeRoutes } from '../channels/voice/node-routes.ts'
import { voiceRecordings } from '../channels/voice/recordings.ts'
import { registerSipSocketRoutes } from '../channels/voice/sip-socket-routes.ts'
import { supervision } from '../channels/voice/supervision.ts'
import type { VoiceChannel } from '../channels/voice/voice-channel.ts'
import { registerInboxRoutes } from '../channels/written/inbox-routes.ts'
import { registerOutboxRoutes } from '../channels/written/outbox-routes.ts'
import { registerMessageRoutes } from '../channels/written/message-routes.ts'
import type { Config } from '../config.ts'
import type { Library } from '../core/flow/session.ts'
import { registerDirectoryRoutes, type Directory, type FirstStartFile } from '../directory/index.ts'
import type { Engine } from '../engine/engine.ts'
import {
  createDrafts,
  createSounds,
  registerFlowRoutes,
  registerSoundRoutes,
  type CheckFlow,
  type FlowVersions,
  type SoundFiles,
} from '../flows/index.ts'
import { addNote, registerHistoryRoutes, type History, type HistoryPorts } from '../history/index.ts'
import {
  Desks,
  registerAnnouncementRoutes,
  registerFloorRoutes,
  registerLiveRoutes,
  type FloorFeed,
  type LiveFeed,
} from '../insight/index.ts'
import { registerIntegrationRoutes, type Integration } from '../integration/index.ts'
import { registerKnowledgeRoutes } from '../knowledge/index.ts'
import { registerOutboundRoutes, type Outbound } from '../outbound/index.ts'
import { registerPreviewRoutes, type Preview } from '../preview/index.ts'
import { registerProtectionRoutes, type Protection } from '../protection/index.ts'
import type { Database } from '../platform/database/database.ts'
import { registerDiskRoutes } from '../platform/disks/disk-routes.ts'
import type { DiskWatch } from '../platform/disks/watch.ts'
import { hasRole } from '../platform/http/principal.ts'
import { registerHealthRoutes } from '../platform/http/health-routes.ts'
import type { HttpRequest, HttpServer } from '../platform/http/server.ts'
import type { Log } from '../platform/log.ts'
import { callbackDesk } from './callback-desk.ts'
import { crmPorts } from './integration-ports.ts'
import { knowledgePorts } from './knowledge-ports.ts'
import { interactionView } from '../core/routing/views.ts'
import type { Writing } from './writing.ts'

export type Rooms = Readonly<{
  access: Access
  checkFlow: CheckFlow
  config: Config
  database: Database
  directory: Directory
  disks: DiskWatch
  engine: Engine
  firstStart: FirstStartFile
  flows: FlowVersions
  history: History
  integration: Integration
  library: Library
  log: Log
  outbound: Outbound
  preview: Preview
  protection: Protection
  soundFiles: SoundFiles
  version: string
  voice: VoiceChannel
  feed: LiveFeed
  floor: FloorFeed
  writing: Writing
}>

export async function registerRooms(server: HttpServer, rooms: Rooms): Promise<void> {
  const { access, checkFlow, database, directory, engine, firstStart, flows, log, outbound, version, voice } = rooms
  registerAccessRoutes(server, { access, database })
  registerHealthRoutes(server, {
    version,
    database: async (): Promise<'up'> => {
      await database.pool.query('select 1')
      return 'up'
    },
    asterisk: () => (voice.ready ? 'up' : 'down'),
    nodes: () =>
      voice.nodes.all.map((node) => ({
        ...{ name: node.name, state: node.state, draining: voice.nodes.isDraining(node) },
      })),
    writer: () => (engine.stalledSince() === null ? 'up' : 'down'),
    disks: rooms.disks.disks,
  })
  registerDiskRoutes(server, rooms.disks)
  registerDirectoryRoutes(server, {
    database,
    directory,
    ice: rooms.config.ice,
    writer: engine,
    onSipPasswordChanged: (username) => firstStart.forgetSipPassword(username),
    onSessionsEnded: () => access.lookAgain(),
  })
  registerOutboundRoutes(server, outbound)
  registerPreviewRoutes(server, rooms.preview)
  registerProtectionRoutes(server, { protection: rooms.protection, access })
  registerFlowRoutes(server, { flows, drafts: createDrafts({ database, checkFlow }), checkFlow })
  await registerSoundRoutes(
    server,
    createSounds({
      ...{ database, files: rooms.soundFiles },
      published: () => flows.published().flatMap(({ flowId }) => rooms.library.flow(flowId, null)?.script ?? []),
    }),
  )
  registerHistoryRoutes(server, historyPorts(rooms))
  registerAnnouncementRoutes(server, {
    database,
    queueName: (id) => directory.snapshot().queues.get(id)?.name ?? null,
    now: Date.now,
  })
  const note = noteTaker(rooms)
  registerControlRoutes(server, {
    handingOver: handingOver(voice, voice.ports),
    supervision: supervision(voice, voice.ports),
    ownCalls: ownCalls(voice, voice.ports),
    agentName: (id) => directory.snapshot().users.get(id)?.name ?? null,
    note,
  })
  const principalAgain = async (request: HttpRequest) => {
    const token = tokenOf(request)
    return token === undefined ? null : access.principalOfToken(token)
  }
  const desks = new Desks({ writer: engine, log })
  server.addHook('onClose', async () => desks.stop())
  registerKnowledgeRoutes(server, knowledgePorts(rooms))
  registerIntegrationRoutes(server, rooms.integration, crmPorts(rooms.history))
  registerLiveRoutes(server, {
    feed: rooms.feed,
    floor: rooms.floor,
    desks,
    log,
    principalAgain,
    whileSignedIn: access.whileSignedIn,
  })
  registerFloorRoutes(server, {
    writer: engine,
    queueIsOpen: (id) => voice.ports.directory.queueIsOpen(id, Date.now()),
    queueName: (id) => directory.snapshot().queues.get(id)?.name ?? null,
    agentName: (id) => directory.snapshot().users.get(id)?.name ?? null,
  })
  registerSipSocketRoutes(server, {
    asteriskUrl: () => voice.nodes.nextForPhone.end.access.url,
    signedIn: async (request) => (await principalAgain(request)) !== null,
    whileSignedIn: access.whileSignedIn,
    lines: voice.browserLines,
  })
  registerNodeRoutes(server, {
    ...{ nodes: voice.nodes, calls: voice.calls, database },
    audit: (request, entry) => access.audit(auditContext(request), entry),
  })
  await registerWritingRoutes(server, rooms)
}

async function registerWritingRoutes(
  server: HttpServer,
  { database, engine, history, voice, writing }: Rooms,
): Promise<void> {
  const { chat, inbox, outbox, ports, written } = writing
  registerMessageRoutes(server, {
    written,
    ports,
    note: noteTaker({ database, history }),
  })
  registerOutboxRoutes(server, { failed: (page) => outbox.failed(page), retry: (id) => outbox.retry(id) })
  registerInboxRoutes(server, { setAside: () => inbox.setAside(), retry: (id) => inbox.retry(id) })
  await registerChatRoutes(server, {
    chat,
    asteriskUrl: () => voice.nodes.nextForPhone.end.access.url,
    widgetFolder: fileURLToPath(new URL('../../build/widget', import.meta.url)),
    engagedWith(interactionId, person) {
      const view = interactionView(engine.state(), interactionId)
      if (view?.phase !== 'engaged') return 'nobody talks with this customer now'
      const isTheirs = view.agentId === person.id || hasRole(person, 'supervisor')
      return isTheirs ? view : 'you are not on this contact: only its agent may do this'
    },
    async visitorOfInteraction(interactionId) {
      const [contact] = await history.contactsOf([interactionId])
      return contact?.identity ?? null
    },
  })
}

const noteTaker =
  ({ database, history }: Pick<Rooms, 'database' | 'history'>) =>
  async (interactionId: string, authorId: string, text: string): Promise<void> => {
    await addNote(database, { interactionId, authorId, at: history.now(), text })
  }

function historyPorts({ access, config, directory, engine, history, outbound, voice }: Rooms): HistoryPorts {
  const { snapshot } = directory
  return {
    history,
    names: {
      agent: (id) => snapshot().users.get(id)?.name ?? null,
      queue: (id) => snapshot().queues.get(id)?.name ?? null,
      skill: (id) => snapshot().skills.get(id)?.name ?? null,
      entryPoint: (id) => snapshot().entryPoints.get(id)?.address ?? null,
    },
    calls: voiceControls(voice),
    recordings: voiceRecordings(voice.nodes),
    callbackDesk: callbackDesk({ config, directory, engine, outbound, voice }),
    audit: (request, entry) => access.audit(auditContext(request), entry),
  }
}
