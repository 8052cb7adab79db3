export type PhoneOptions = {
  /** The SIP server. */
  host: string
  port: number
  /** Account that registers; without one the phone is an anonymous caller. */
  username?: string
  password?: string
  transport?: 'udp' | 'tcp'
  /** Where it speaks from; 127.0.0.1 unless given. */
  address?: string
  /** The sine that the phone says, 10 to 20,000 Hz; telephones carry 300 to 3,400. */
  toneHz: number
  /** How it answers: manual (the default), at once, or after it rang that long. */
  answer?: 'manual' | 'auto' | { afterMs: number }
  /** Registers at the start, default true when there is a password. */
  register?: boolean
  /** Life of a registration in seconds, default 300. */
  registrationS?: number
  displayName?: string
  /** Where it takes calls without registering, default a free port. */
  listenPort?: number
  /** The From user of an anonymous caller, default `anonymous`. */
  callerNumber?: string
}

/** Ports for RTP: below those that the system hands out, so that they never meet a port taken by `freePort`. */
const rtpPorts = '22000-23999'

/**
 * baresip's config file. aubridge without a second end is a player that plays nowhere; sndfile writes down what is
 * decoded. The sine module only knows 48 kHz stereo, baresip resamples it.
 */
export function renderPhoneConfig(options: PhoneOptions, folder: string, controlPort: number): string {
  const address = options.address ?? '127.0.0.1'
  return `poll_method epoll
net_interface ${address}
sip_listen ${address}:${options.listenPort ?? 0}
call_local_timeout 600
call_max_calls 4
audio_source ausine,${options.toneHz}
audio_player aubridge,nowhere
audio_alert aubridge,nowhere
ausrc_srate 48000
ausrc_channels 2
ausrc_format s16
auplay_format s16
auenc_format s16
audec_format s16
audio_level no
audio_buffer 20-160
rtp_ports ${rtpPorts}
rtp_stats no
module_path /usr/lib/baresip/modules
module g711.so
module ausine.so
module aubridge.so
module sndfile.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:${controlPort}
snd_path ${folder}
ringback_disabled yes
menu_bell no
statmode_default off
`
}

/** The account as baresip's `uanew` takes it. */
export function renderAccount(options: PhoneOptions): string {
  const uri = `sip:${phoneUser(options)}@${options.host}:${options.port};transport=${options.transport ?? 'udp'}`
  const name = options.displayName === undefined ? '' : `"${options.displayName}" `
  const password = options.password === undefined ? '' : `;auth_pass=${options.password}`
  const lifeS = options.password === undefined ? 0 : (options.registrationS ?? 300)
  return `${name}<${uri}>${password};regint=${lifeS};answermode=manual`
}

/** The address of record as baresip's `uadel` takes it. */
export function renderAddressOfRecord(options: PhoneOptions): string {
  return `sip:${phoneUser(options)}@${options.host}:${options.port}`
}

function phoneUser(options: PhoneOptions): string {
  return options.username ?? options.callerNumber ?? 'anonymous'
}
