import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { renderConfiguration, type AsteriskSettings } from '../../../src/supervisor/asterisk-configuration.ts'
import { selfSigned } from '../../../src/supervisor/self-signed.ts'
import { X509Certificate } from 'node:crypto'

const password = randomBytes(24).toString('base64url')
const settings: AsteriskSettings = {
  systemName: 'centralita',
  folder: '/var/lib/centralita/asterisk',
  sip: {
    host: '0.0.0.0',
    port: 5060,
    advertisedHost: '198.51.100.7',
    localNetworks: ['10.0.0.0/8'],
    tls: { port: 5061, certificate: '/tls/certificate.pem', key: '/tls/key.pem', fingerprint: 'abc' },
  },
  rtp: { from: 10_000, to: 20_000, timeoutSeconds: 120 },
  ari: { host: '127.0.0.1', port: 40_000, username: 'centralita', password, app: 'centralita' },
}
const program = { command: 'asterisk', leadingArgs: [], version: '22', modulesFolder: '/m', sharedFolder: '/s' }
const files = renderConfiguration(program, settings)

/** Section -> name -> values, without comments. */
function sectionsOf(name: string): Map<string, Map<string, string[]>> {
  const sections = new Map<string, Map<string, string[]>>()
  let current = new Map<string, string[]>()
  for (const line of (files.get(name) ?? '').split('\n').map((text) => text.replace(/;.*/, '').trim())) {
    const title = /^\[(.+?)\]/.exec(line)?.[1]
    if (title !== undefined) sections.set(title, (current = new Map<string, string[]>()))
    const [, key, value] = /^([\w/]+)\s*=>?\s*(.*)$/.exec(line) ?? []
    if (key !== undefined) current.set(key, [...(current.get(key) ?? []), value ?? ''])
  }
  return sections
}
const value = (file: string, section: string, key: string) => sectionsOf(file).get(section)?.get(key)?.at(-1)

describe('what Asterisk runs with in production', () => {
  it('takes media from the peer alone that it learned', () =>
    expect(value('rtp.conf', 'general', 'strictrtp')).toBe('yes'))

  it('believes no stranger about who they are, and lets them transfer and subscribe nothing', () => {
    const stranger = (key: string) => value('pjsip.conf', 'anonymous', key)
    expect(stranger('trust_id_inbound')).toBe('no')
    expect(stranger('trust_id_outbound')).toBe('no')
    expect(stranger('allow_transfer')).toBe('no')
    expect(stranger('allow_subscribe')).toBe('no')
    expect(stranger('context')).toBe('from-outside')
    expect(stranger('direct_media')).toBe('no')
  })

  it('knows no endpoint, account or address of record but the two strangers, by phone and from a page: the others are pushed', () => {
    const types = [...sectionsOf('pjsip.conf').entries()].map(([name, fields]) => [fields.get('type')?.[0], name])
    expect(types.filter(([type]) => !['global', 'system', 'transport'].includes(type ?? ''))).toEqual([
      ['endpoint', 'anonymous'],
      ['endpoint', 'widget'],
    ])
  })

  it('is reached over ARI from this machine alone, with a password that is made for it', () => {
    expect(value('http.conf', 'general', 'bindaddr')).toBe('127.0.0.1')
    expect(value('ari.conf', 'centralita', 'password')).toBe(password)
    expect([...sectionsOf('ari.conf').keys()]).toEqual(['general', 'centralita'])
    expect(value('manager.conf', 'general', 'enabled')).toBe('no')
  })

  it('holds no secret, user or address of anybody’s example', () => {
    for (const [name, text] of files) {
      const settled = text.replaceAll(/^\s*;.*$/gm, '').replaceAll(password, '')
      expect(settled, name).not.toMatch(/\b(secret|changeme|test1234|password123|mysecret|asterisk:asterisk)\b/i)
      expect(settled, name).not.toMatch(/@[A-Z][A-Z_]+@/)
      if (name !== 'ari.conf') expect(settled, name).not.toMatch(/^\s*password\s*=/m)
    }
  })

  it('lets strangers reach the service’s entry points and nothing else of the dialplan', () => {
    const text = files.get('extensions.conf') ?? ''
    const outside = /\[from-outside\]\n([\s\S]*?)\n(?=;|\[)/.exec(text)?.[1] ?? ''
    expect(outside).toContain('Stasis(${STASIS_APP},inbound,${EXTEN})')
    expect(outside).not.toMatch(/include|Dial|Goto\((?!outage)/)
    expect(text).not.toMatch(/\[(default|public|demo|local)\]/)
  })

  it('says its outer address to those beyond the router alone', () => {
    for (const transport of ['transport-udp', 'transport-tcp', 'transport-tls', 'transport-ws']) {
      expect(value('pjsip.conf', transport, 'external_media_address')).toBe('198.51.100.7')
      expect(value('pjsip.conf', transport, 'local_net')).toBe('10.0.0.0/8')
    }
    expect(value('pjsip.conf', 'transport-tls', 'method')).toBe('tlsv1_2')
  })
})

describe('the certificate of our own making', () => {
  it('is good for the addresses that phones are told, for years', () => {
    const { certificate, key } = selfSigned(['192.0.2.10', 'sip.example.org'], new Date('2026-01-01T00:00:00Z'), 10)
    const read = new X509Certificate(certificate)
    expect(read.subjectAltName).toBe('IP Address:192.0.2.10, DNS:sip.example.org')
    expect(read.verify(read.publicKey)).toBe(true)
    expect(new Date(read.validTo).getUTCFullYear()).toBe(2036)
    expect(key).toMatch(/^-----BEGIN PRIVATE KEY-----/)
    expect(selfSigned(['a.example'], new Date(), 1).certificate).not.toBe(certificate)
  })

  it('is good beyond 2050 as well', () => {
    const { certificate } = selfSigned(['sip.example.org'], new Date('2045-01-01T00:00:00Z'), 10)
    expect(new Date(new X509Certificate(certificate).validTo).getUTCFullYear()).toBe(2055)
  })
})
