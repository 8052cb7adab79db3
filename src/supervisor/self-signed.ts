/** A certificate of our own making (RFC 5280), so that SIP over TLS works from the first start. */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

export type Certificate = Readonly<{ certificate: string; key: string }>

/** DER, tag by tag (ITU-T X.690). */
const der = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}
const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts)
const oid = (...bytes: readonly number[]): Buffer => der(0x06, Uint8Array.from(bytes))
const octets = (content: Uint8Array): Buffer => der(0x04, content)
const bits = (content: Uint8Array): Buffer => der(0x03, Uint8Array.from([0]), content)
const yes = der(0x01, Uint8Array.from([0xff]))

const ecdsaWithSha256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02))
const commonName = oid(0x55, 0x04, 0x03)
const subjectKeyIdentifier = oid(0x55, 0x1d, 0x0e)
const subjectAltName = oid(0x55, 0x1d, 0x11)
const basicConstraints = oid(0x55, 0x1d, 0x13)

/** UTCTime until 2049, GeneralizedTime after that (RFC 5280 §4.1.2.5). */
function time(date: Date): Buffer {
  const text = `${date.toISOString().replaceAll(/[-:T]|\.\d+/g, '')}`
  return date.getUTCFullYear() < 2050 ? der(0x17, Buffer.from(text.slice(2))) : der(0x18, Buffer.from(text))
}

/** IPv4 addresses and names; phones look for the one that they were given. */
function alternativeName(host: string): Buffer {
  const numbers = /^\d+\.\d+\.\d+\.\d+$/.test(host) ? host.split('.').map(Number) : null
  return numbers === null ? der(0x82, Buffer.from(host)) : der(0x87, Uint8Array.from(numbers))
}

/** Elliptic (P-256), valid from an hour ago for `years`; both in PEM. */
export function selfSigned(hosts: readonly string[], now: Date, years: number): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const name = sequence(
    der(0x31, sequence(commonName, der(0x0c, Buffer.from((hosts[0] ?? 'centralita').slice(0, 64))))),
  )
  const until = new Date(now)
  until.setUTCFullYear(until.getUTCFullYear() + years)
  const extension = (id: Buffer, value: Buffer, critical: readonly Buffer[] = []): Buffer =>
    sequence(id, ...critical, octets(value))
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Uint8Array.from([2]))),
    // Positive: its first bit is not set.
    der(0x02, Uint8Array.from([0x40, ...randomBytes(15)])),
    ecdsaWithSha256,
    name,
    sequence(time(new Date(now.getTime() - 3_600_000)), time(until)),
    name,
    spki,
    der(
      0xa3,
      sequence(
        extension(basicConstraints, sequence(yes), [yes]),
        extension(subjectKeyIdentifier, octets(createHash('sha1').update(spki).digest())),
        extension(subjectAltName, sequence(...hosts.map(alternativeName))),
      ),
    ),
  )
  const certificate = sequence(toBeSigned, ecdsaWithSha256, bits(sign('sha256', toBeSigned, privateKey)))
  return {
    certificate: pem('CERTIFICATE', certificate),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

function pem(label: string, content: Buffer): string {
  const lines = content.toString('base64').match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}
