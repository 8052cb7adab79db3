/** The ARI operations that the voice channel uses, one function each (Asterisk, rest-api/api-docs). */
import type { AriConnection, AriReply } from './connection.ts'
import type { AriBridge, AriChannel, AriEndpoint, AriRecording } from './events.ts'

const at = encodeURIComponent

const mutedVariable = 'CENTRALITA_MUTED'
/** Of an agent's leg: the SIP account that it was made for. */
export const accountVariable = 'CENTRALITA_ACCOUNT'

/** Of res_pjsip, in memory (asterisk-config/sorcery.conf). */
export type ConfigKind = 'auth' | 'aor' | 'endpoint' | 'identify' | 'registration' | 'acl'

export type Ari = ReturnType<typeof ariOperations>

export function ariOperations(connection: AriConnection, app: string) {
  const post = (path: string, query?: Record<string, string | number | boolean | undefined>, body?: unknown) =>
    connection.send({ method: 'POST', path, ...(query && { query }), ...(body !== undefined && { body }) })
  const remove = (path: string, query?: Record<string, string>) =>
    connection.send({ method: 'DELETE', path, ...(query && { query }) })
  const list = async <T>(path: string): Promise<readonly T[] | null> => {
    const reply = await connection.send({ method: 'GET', path })
    return reply.status === 200 ? (reply.body as readonly T[]) : null
  }

  /** `gone`: the channel isn't there; null: Asterisk did not answer. */
  const variable = async (channelId: string, name: string): Promise<string | null> => {
    const path = `channels/${at(channelId)}/variable`
    const reply = await connection.send({ method: 'GET', path, query: { variable: name } })
    if (reply.status === 0) return null
    return (reply.body as { value?: string } | null)?.value ?? 'gone'
  }
  const setVariable = (channelId: string, name: string, value: string) =>
    post(`channels/${at(channelId)}/variable`, { variable: name, value })
  const exists = async (path: string) => (await connection.send({ method: 'GET', path })).status === 200

  return {
    isConnected: () => connection.connected,
    answer: (channelId: string) => post(`channels/${at(channelId)}/answer`),
    /** Makes a leg that is under the app's control before it rings, so that an answer in our absence is kept. */
    createLeg: (channelId: string, endpoint: string, variables: Record<string, string>, originator: string | null) =>
      post(
        'channels/create',
        { endpoint, app, appArgs: 'leg', channelId, ...(originator === null ? {} : { originator }) },
        { variables },
      ),
    /** Asterisk itself gives up after `timeoutSeconds`, should we be gone by then. */
    dial: (channelId: string, timeoutSeconds: number) =>
      post(`channels/${at(channelId)}/dial`, { timeout: timeoutSeconds }),
    hangUp: (channelId: string, reason: string) => remove(`channels/${at(channelId)}`, { reason }),
    /** The other side has hung up, or the channel is gone already: its end is about to be told. */
    async isHungUp(channelId: string): Promise<boolean> {
      const source = await variable(channelId, 'CHANNEL(hangupsource)')
      return source !== null && source !== ''
    },
    /** Where its SIP comes from, without the port; null: nobody knows, or it is gone. */
    async remoteAddress(channelId: string): Promise<string | null> {
      const value = await variable(channelId, 'CHANNEL(pjsip,remote_addr)')
      return value === null || value === 'gone' ? null : value.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')
    },
    /** Whose phone an agent's leg rings, wherever that is registered; null: nobody knows, or it is gone. */
    async accountOf(channelId: string): Promise<string | null> {
      const value = await variable(channelId, accountVariable)
      return value === null || value === 'gone' || value === '' ? null : value
    },
    /** As in `PJSIP/ana-web-00000003`; null: nobody knows, or it is gone. */
    async endpointOf(channelId: string): Promise<string | null> {
      const name = await variable(channelId, 'CHANNEL(name)')
      return /^PJSIP\/(.+)-[0-9a-f]{8}$/.exec(name ?? '')?.[1] ?? null
    },
    /** RTP packets that have come in over it; null: nobody knows, or it is gone. */
    async packetsReceived(channelId: string): Promise<number | null> {
      const reply = await connection.send({ method: 'GET', path: `channels/${at(channelId)}/rtp_statistics` })
      return (reply.body as { rxcount?: number } | null)?.rxcount ?? null
    },
    setGlobal: (name: string, value: string) => post('asterisk/variable', { variable: name, value }),
    continueInDialplan: (channelId: string, context: string, extension: string) =>
      post(`channels/${at(channelId)}/continue`, { context, extension, priority: 1 }),
    startMusic: (channelId: string, music: string) => post(`channels/${at(channelId)}/moh`, { mohClass: music }),
    stopMusic: (channelId: string) => remove(`channels/${at(channelId)}/moh`),
    startRinging: (channelId: string) => post(`channels/${at(channelId)}/ring`),
    stopRinging: (channelId: string) => remove(`channels/${at(channelId)}/ring`),
    play: (channelId: string, playbackId: string, media: readonly string[]) =>
      post(`channels/${at(channelId)}/play/${at(playbackId)}`, { media: media.join(',') }),
    stopPlayback: (playbackId: string) => remove(`playbacks/${at(playbackId)}`),
    isPlaying: (playbackId: string) => exists(`playbacks/${at(playbackId)}`),
    /** The channel itself remembers it, for Asterisk tells nobody whether one is muted. */
    mute(channelId: string): Promise<AriReply> {
      void setVariable(channelId, mutedVariable, '1')
      return post(`channels/${at(channelId)}/mute`, { direction: 'in' })
    },
    unmute(channelId: string): Promise<AriReply> {
      void setVariable(channelId, mutedVariable, '')
      return remove(`channels/${at(channelId)}/mute`, { direction: 'in' })
    },
    isMuted: async (channelId: string) => (await variable(channelId, mutedVariable)) === '1',
    /** A channel that hears what the other hears and says, and is heard by it alone. */
    snoop: (channelId: string, snoopId: string) =>
      post(`channels/${at(channelId)}/snoop/${at(snoopId)}`, { spy: 'both', whisper: 'out', app, appArgs: 'leg' }),
    /** What the phone that sent a REFER is told of it. */
    transferProgress: (channelId: string, states: 'channel_answered' | 'channel_declined') =>
      post(`channels/${at(channelId)}/transfer_progress`, { states }),
    sendDigits: (channelId: string, digits: string) => post(`channels/${at(channelId)}/dtmf`, { dtmf: digits }),
    recordChannel: (channelId: string, name: string, options: { maxSeconds: number; beep: boolean; endKey: string }) =>
      post(`channels/${at(channelId)}/record`, {
        name,
        format: 'wav',
        maxDurationSeconds: options.maxSeconds,
        beep: options.beep,
        terminateOn: options.endKey,
        ifExists: 'overwrite',
      }),
    /**
     * The media passes through Asterisk's core: one stream for music, talk and keys. Passed on packet by packet instead, the
     * sequence numbers would jump between sources, and simple phones take what comes next for late.
     */
    createBridge: (bridgeId: string) => post(`bridges/${at(bridgeId)}`, { type: 'mixing,proxy_media', name: bridgeId }),
    /** Who is there is told by us, to whom it may concern: Asterisk would tell everybody, each time. */
    addToBridge: (bridgeId: string, channelIds: readonly string[]) =>
      post(`bridges/${at(bridgeId)}/addChannel`, { channel: channelIds.join(','), inhibitConnectedLineUpdates: true }),
    /** Within a call that is up; the number's change is what is sent, with the name. */
    showConnected(channelId: string, { number, name }: Readonly<{ number: string; name: string }>): void {
      void setVariable(channelId, 'CONNECTEDLINE(name,i)', name)
      void setVariable(channelId, 'CONNECTEDLINE(num)', number)
    },
    removeFromBridge: (bridgeId: string, channelId: string) =>
      post(`bridges/${at(bridgeId)}/removeChannel`, { channel: channelId }),
    destroyBridge: (bridgeId: string) => remove(`bridges/${at(bridgeId)}`),
    startBridgeMusic: (bridgeId: string, music: string) => post(`bridges/${at(bridgeId)}/moh`, { mohClass: music }),
    stopBridgeMusic: (bridgeId: string) => remove(`bridges/${at(bridgeId)}/moh`),
    recordBridge: (bridgeId: string, name: string) =>
      post(`bridges/${at(bridgeId)}/record`, { name, format: 'wav', ifExists: 'overwrite' }),
    isRecording: (name: string) => exists(`recordings/live/${at(name)}`),
    stopRecording: (name: string) => post(`recordings/live/${at(name)}/stop`),
    pauseRecording: (name: string) => post(`recordings/live/${at(name)}/pause`),
    resumeRecording: (name: string) => remove(`recordings/live/${at(name)}/pause`),
    deleteRecording: (name: string) => remove(`recordings/stored/${at(name)}`),
    async storedRecordings(): Promise<readonly string[] | null> {
      const stored = await list<AriRecording>('recordings/stored')
      return stored === null ? null : stored.map(({ name }) => name)
    },
    /** Stored recordings travel over HTTP: the socket carries text only. */
    recordingFile: (name: string) => connection.download(`recordings/stored/${at(name)}/file`),
    channels: () => list<AriChannel>('channels'),
    bridges: () => list<AriBridge>('bridges'),
    endpoints: () => list<AriEndpoint>('endpoints/PJSIP'),
    /** A phone's channels; none: it has none, or Asterisk did not answer. */
    async channelsOf(endpoint: string): Promise<readonly string[]> {
      const reply = await connection.send({ method: 'GET', path: `endpoints/PJSIP/${at(endpoint)}` })
      return (reply.body as { channel_ids?: readonly string[] } | null)?.channel_ids ?? []
    },
    /** null: it did not answer. */
    async info(): Promise<{ startedAt: number | null; systemName: string } | null> {
      const reply = await connection.send({ method: 'GET', path: 'asterisk/info', query: { only: 'status,config' } })
      if (reply.status !== 200) return null
      const { status, config } = reply.body as { status?: { startup_time?: string }; config?: { name?: string } }
      const startedAt = Date.parse(status?.startup_time ?? '')
      return { startedAt: Number.isNaN(startedAt) ? null : startedAt, systemName: config?.name ?? '' }
    },
    /** As in `22.10.1`; null: Asterisk did not answer. */
    async version(): Promise<string | null> {
      const reply = await connection.send({ method: 'GET', path: 'asterisk/info', query: { only: 'system' } })
      return (reply.body as { system?: { version?: string } } | null)?.system?.version ?? null
    },
    subscribe: (eventSource: string) => post(`applications/${at(app)}/subscription`, { eventSource }),
    /** Only these events are sent: the others cost Asterisk and us work for nothing. */
    allowEvents: (types: readonly string[]) =>
      connection.send({
        method: 'PUT',
        path: `applications/${at(app)}/eventFilter`,
        body: { allowed: types.map((type) => ({ type })) },
      }),
    putConfig: (kind: ConfigKind, id: string, fields: Record<string, string>): Promise<AriReply> =>
      connection.send({
        method: 'PUT',
        path: `asterisk/config/dynamic/res_pjsip/${kind}/${at(id)}`,
        body: { fields: Object.entries(fields).map(([attribute, value]) => ({ attribute, value })) },
      }),
    getConfig: (kind: ConfigKind, id: string) =>
      connection.send({ method: 'GET', path: `asterisk/config/dynamic/res_pjsip/${kind}/${at(id)}` }),
    /** null: there is no such object. */
    async config(kind: ConfigKind, id: string): Promise<ReadonlyMap<string, string> | null> {
      const path = `asterisk/config/dynamic/res_pjsip/${kind}/${at(id)}`
      const fields = await list<{ attribute: string; value: string }>(path)
      return fields === null ? null : new Map(fields.map(({ attribute, value }) => [attribute, value]))
    },
    deleteConfig: (kind: ConfigKind, id: string) => remove(`asterisk/config/dynamic/res_pjsip/${kind}/${at(id)}`),
  }
}
