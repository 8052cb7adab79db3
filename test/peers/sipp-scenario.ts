import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A value for `{{name}}` in a scenario file. */
export type ScenarioValues = Readonly<Record<string, string | number>>

/** The scenario of `scenarios/NAME.xml` with its `{{placeholders}}` filled in; all of them must be given. */
export function loadScenario(name: string, values: ScenarioValues): string {
  const file = fileURLToPath(new URL(`scenarios/${name}.xml`, import.meta.url))
  return fillScenario(readFileSync(file, 'utf8'), values)
}

export function fillScenario(xml: string, values: ScenarioValues): string {
  return xml.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`the scenario needs a value for {{${name}}}`)
    return String(value)
  })
}

export type KeyPresses = {
  keys: string
  /** SIP INFO with application/dtmf-relay, or RFC 4733 events in the audio stream. */
  by: 'info' | 'rfc4733'
  /** Wait before the first key in milliseconds, default 500. */
  afterMs?: number
  /** Wait between two keys sent by INFO in milliseconds, default 250. */
  everyMs?: number
}

/** The part of a caller's scenario that presses keys; the scenario's label `bye` takes a BYE that comes between. */
export function renderKeyPresses(presses: KeyPresses): string {
  const { keys, by, afterMs = 500, everyMs = 250 } = presses
  switch (by) {
    case 'info':
      return [...keys]
        .map((key, index) => waitOrBye(index === 0 ? afterMs : everyMs, index) + info(key, index))
        .join('')
    case 'rfc4733':
      return waitOrBye(afterMs, 0) + dtmfEvents(keys)
  }
}

function waitOrBye(waitMs: number, index: number): string {
  return `
  <recv request="BYE" timeout="${waitMs}" ontimeout="key-${index}" next="bye"/>
  <label id="key-${index}"/>`
}

function info(key: string, index: number): string {
  return `
  <send retrans="500"><![CDATA[

      INFO [next_url] SIP/2.0
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
      From: <sip:{{callerNumber}}@[local_ip]:[local_port]>;tag=[pid]c[call_number]
      To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]
      Call-ID: [call_id]
      CSeq: ${index + 2} INFO
      Max-Forwards: 70
      Content-Type: application/dtmf-relay
      Content-Length: [len]

      Signal=${key}
      Duration=160

  ]]></send>
  <recv response="200"/>`
}

/** SIPp plays events only as payload type 96 and only while its audio stream pauses; a key takes about 0.4 s. */
function dtmfEvents(keys: string): string {
  return `
  <nop><action><exec rtp_stream="pause"/></action></nop>${waitOrBye(100, 1)}
  <nop><action><exec play_dtmf="${keys},96"/></action></nop>${waitOrBye(400 * keys.length + 400, 2)}
  <nop><action><exec rtp_stream="resume"/></action></nop>`
}
