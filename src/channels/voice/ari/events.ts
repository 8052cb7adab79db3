/** The ARI events that the voice channel reads (Asterisk, rest-api/api-docs/events.json). Others are ignored. */

export type AriChannel = Readonly<{
  id: string
  name: string
  /** Down, Rsrvd, OffHook, Dialing, Ring, Ringing, Up, Busy … */
  state: string
  caller: Readonly<{ name: string; number: string }>
  accountcode: string
  dialplan: Readonly<{ context: string; exten: string; app_name?: string; app_data?: string }>
  creationtime: string
  channelvars?: Readonly<Record<string, string>>
}>

export type AriBridge = Readonly<{ id: string; channels: readonly string[]; bridge_type: string }>

export type AriEvent =
  | Readonly<{ type: 'StasisStart'; args: readonly string[]; channel: AriChannel }>
  | Readonly<{ type: 'StasisEnd'; channel: AriChannel }>
  | Readonly<{ type: 'ChannelStateChange'; channel: AriChannel }>
  | Readonly<{ type: 'ChannelHangupRequest'; channel: AriChannel; cause?: number; soft?: boolean }>
  | Readonly<{ type: 'ChannelDestroyed'; channel: AriChannel; cause: number; cause_txt: string; tech_cause?: number }>
  | Readonly<{ type: 'ChannelDtmfReceived'; channel: AriChannel; digit: string; duration_ms: number }>
  | Readonly<{ type: 'ChannelHold' | 'ChannelUnhold'; channel: AriChannel }>
  /** A phone sent a REFER; with `destination_channel`, it has a call there that it wants to leave to the other. */
  | Readonly<{
      type: 'ChannelTransfer'
      /** How far it is, as somebody has told; absent: it is asked for. */
      state?: string
      refer_to: Readonly<{
        requested_destination?: Readonly<{ destination?: string }>
        destination_channel?: AriChannel
      }>
      referred_by: Readonly<{ source_channel: AriChannel }>
    }>
  | Readonly<{ type: 'PlaybackFinished'; playback: Readonly<{ id: string; state: string }> }>
  | Readonly<{ type: 'RecordingFinished' | 'RecordingFailed'; recording: AriRecording }>
  | Readonly<{ type: 'DeviceStateChanged'; device_state: Readonly<{ name: string; state: string }> }>
  | Readonly<{ type: 'ApplicationReplaced'; application: string }>
  | Readonly<{ type: 'ApplicationRegistered'; application: string }>

export type AriRecording = Readonly<{ name: string; state: string; duration?: number; cause?: string }>
export type AriEndpoint = Readonly<{ technology: string; resource: string; state?: string }>
