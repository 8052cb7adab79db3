/** Composition root: the only place that knows every room. Starts them in order and stops them in reverse. */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { registerRooms } from './app/routes.ts'
import { crmPorts } from './app/integration-ports.ts'
import { cancelServedCallbacks } from './app/served-otherwise.ts'
import { outboundFor } from './app/outbound.ts'
import { previewFor } from './app/preview.ts'
import { protectionFor } from './app/protection.ts'
import { countJudgements } from './app/told-articles.ts'
import { voicePorts } from './app/voice-ports.ts'
import { startWriting, type Writing } from './app/writing.ts'
import { createAccess, sealingKey, secretBox } from './access/index.ts'
import { knownNames } from './app/known-names.ts'
import { kamailioEdge } from './channels/voice/edge/kamailio.ts'
import { readDrainingNodes } from './channels/voice/node-store.ts'
import { VoiceChannel } from './channels/voice/voice-channel.ts'
import { ConfigurationError, type Config } from './config.ts'
import {
  createDirectory,
  createPeople,
  configurationFor,
  configurationMissing,
  firstStartFile,
  prepareFirstStart,
} from './directory/index.ts'
import type { Directory } from './directory/index.ts'
import type { Engine } from './engine/engine.ts'
import { startEngine } from './engine/start.ts'
import { firstNode } from './node-setting.ts'
import {
  createFlowVersions,
  createLibrary,
  createSoundFiles,
  createSpeech,
  expressions,
  flowChecker,
  loadFlowFiles,
  systemText,
} from './flows/index.ts'
import { createHistory } from './history/index.ts'
import { createFloorFeed, createLiveFeed } from './insight/index.ts'
import { createIntegration } from './integration/index.ts'
import { migrate, openDatabase } from './platform/database/database.ts'
import { watchDisks } from './platform/disks/watch.ts'
import { registerPages } from './platform/http/pages-routes.ts'
import { createHttpServer } from './platform/http/server.ts'
import { createOutgoing } from './platform/outgoing.ts'
import type { Log } from './platform/log.ts'

export type App = Readonly<{
  /** What to tell a person at the terminal; null: nothing. */
  banner: string | null
  /** Resolves when the process should end by itself: another one took over, or a bug. */
  failed: Promise<Error>
  [Symbol.asyncDispose](): Promise<void>
}>

export async function startApp(config: Config, log: Log, signal: AbortSignal): Promise<App> {
  if (config.databaseUrl === null) throw new ConfigurationError('DATABASE_URL is not set: start with `npm start`')
  if (config.ari === null) throw new ConfigurationError('ARI_URL is not set: start with `npm start`')
  await using stack = new AsyncDisposableStack()
  const failure = Promise.withResolvers<Error>()
  const version = await packageVersion()

  const database = stack.use(openDatabase(config.databaseUrl))
  await migrate(database)
  const { engine, lastAlive } = await startEngine({ database, log, now: Date.now, signal, onFatal: failure.resolve })
  stack.defer(() => engine.stop())

  const directory = createDirectory({ database, log })
  const soundFiles = createSoundFiles(config)
  const checkFlow = flowChecker(() => knownNames(directory, soundFiles))
  const flows = createFlowVersions({ database, checkFlow })
  await flows.refresh()
  await loadFlowFiles(flows, config.scriptsDir, log)
  const addresses = {
    url: config.publicUrl ?? `http://${displayHost(config.http.host)}:${config.http.port}`,
    sip: { host: config.sip.advertisedHost, port: config.sip.port },
  }
  const firstStart = firstStartFile(config.dataDir)
  await prepareFirstStart({
    database,
    file: firstStart,
    demo: config.demo,
    addresses,
    timezone: config.timezone,
    flowIds: flows.list().map(({ id }) => id),
  })
  await directory.refresh()

  const history = createHistory({ database, writer: engine, country: config.country, expressions, log })
  await history.projector.start()
  stack.defer(() => history.projector.stop())
  history.duplicates.begin()
  stack.defer(() => history.duplicates.stop())
  await history.casePlacing.begin()
  stack.defer(() => history.casePlacing.stop())
  await history.wordIndexing.begin()
  stack.defer(() => history.wordIndexing.stop())
  stack.defer(await countJudgements(history))
  const integration = createIntegration({
    database,
    writer: engine,
    expressions,
    outgoing: createOutgoing(config.privateTargets),
    log,
    told: crmPorts(history).told,
  })
  await integration.begin()
  stack.defer(() => integration.stop())
  history.taskBell.begin()
  stack.defer(() => history.taskBell.stop())

  const outbound = outboundFor({ config, database, directory, engine, log })
  await outbound.start()
  stack.defer(() => outbound.settled())

  const protection = protectionFor({ config, database, directory, log })
  await protection.start()
  stack.defer(() => protection.stop())

  const library = createLibrary(flows, systemText)
  const speech = createSpeech({
    dataDir: config.dataDir,
    scriptsDir: config.scriptsDir,
    wordsPerMinute: config.speechWordsPerMinute,
    log,
  })
  const voice = new VoiceChannel({
    nodes: [
      { name: firstNode.name, access: config.ari, sip: config.nodeSip },
      ...config.nodes.map(({ name, ari, sip }) => ({ name, access: ari, sip })),
    ],
    ports: voicePorts({
      config,
      database,
      directory,
      engine,
      history,
      library,
      log,
      outbound,
      protection,
      speech,
      visitorOfCall: (number, name) => writing.chat.calls.visitorOf(number, name, Date.now()),
    }),
    edge: config.edgeUrl === null ? null : kamailioEdge(config.edgeUrl),
    lastAlive,
    onReplaced: () =>
      engine.abdicate(new Error('another process took over the calls: Asterisk replaced this application')),
  })
  stack.defer(() => voice.close())
  for (const name of await readDrainingNodes(database)) voice.nodes.drain(name, true)

  stack.defer(await cancelServedCallbacks({ engine, history, voice, log }))

  const feed = createLiveFeed(history)
  stack.defer(() => feed.stop())
  const floor = createFloorFeed(history, {
    timezone: config.timezone,
    targetsMs: () => new Map([...directory.snapshot().queues.values()].map((it) => [it.id, it.serviceLevelMs])),
  })
  stack.defer(() => floor.stop())
  const writing: Writing = await startWriting({
    config,
    database,
    directory,
    engine,
    feed,
    history,
    library,
    log,
    outbound,
    voice,
  })
  stack.defer(() => writing.stop())

  const preview = previewFor({ config, database, directory, engine, history, log, outbound, voice })
  await preview.begin()
  stack.defer(() => preview.stop())

  engine.begin(lastAlive)
  await configureRouter(engine, directory, log)
  const access = createAccess({
    database,
    log,
    box: secretBox(sealingKey(config.sealingKey, config.dataDir)),
    outgoing: createOutgoing(config.privateTargets),
    publicUrl: config.publicUrl,
    async hire(person, context) {
      await createPeople({ database, directory }).create(person, { isKept: true }, context)
    },
    onPasswordChanged: (username) => firstStart.forgetPassword(username),
  })
  const disks = watchDisks({ config, log })
  stack.defer(() => disks.stop())
  const server = await createHttpServer({ log, version, trustedProxies: config.http.trustedProxies })
  stack.defer(() => server.close())
  await registerRooms(server, {
    access,
    config,
    checkFlow,
    database,
    directory,
    disks,
    engine,
    firstStart,
    flows,
    history,
    integration,
    library,
    log,
    outbound,
    preview,
    protection,
    soundFiles,
    version,
    voice,
    feed,
    floor,
    writing,
  })
  await registerPages(server, fileURLToPath(new URL('../build/web', import.meta.url)))
  voice.open()
  await writing.open()
  await server.listen({ host: config.http.host, port: config.http.port })
  log.info({ url: addresses.url }, 'ready')

  const owned = stack.move()
  return {
    banner: await firstStart.banner(addresses),
    failed: failure.promise,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** The router follows the directory: what differs now, and every change from now on. */
async function configureRouter(engine: Engine, directory: Directory, log: Log): Promise<void> {
  const { queueRules, agentRules } = directory.snapshot()
  const state = engine.state()
  const known = {
    queues: new Map([...state.queues].map(([id, queue]) => [id, queue.rules])),
    agents: new Map([...state.agents].flatMap(([id, agent]) => (agent.removed ? [] : [[id, agent.rules] as const]))),
  }
  const submitAll = (inputs: ReturnType<typeof configurationFor>) =>
    Promise.all(inputs.map((input) => engine.submit(input)))
  await submitAll(configurationMissing(known, { queues: queueRules, agents: agentRules }))
  directory.onChange(async (changes) => {
    for (const { refusal } of await submitAll(configurationFor(changes)))
      if (refusal !== undefined) log.error({ refusal }, 'the router refused a rule of the directory')
  })
}

/** What a person on this machine opens. */
function displayHost(host: string): string {
  return host === '0.0.0.0' || host === '::' ? 'localhost' : host
}

async function packageVersion(): Promise<string> {
  const file = new URL('../package.json', import.meta.url)
  const { version } = JSON.parse(await readFile(file, 'utf8')) as { version: string }
  return version
}
