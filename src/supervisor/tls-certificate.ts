/** The certificate that phones meet over TLS: the operator's, or one of our own that is made at the first start and kept. */
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { selfSigned } from './self-signed.ts'

export type TlsFiles = Readonly<{
  certificate: string
  key: string
  /** Of what is in the files: a living Asterisk reads another one again (certificate-renewal.ts). */
  fingerprint: string
}>

const years = 10

export function tlsFiles(
  own: Readonly<{ certificate: string; key: string }> | null,
  folder: string,
  hosts: readonly string[],
): TlsFiles {
  const files = own ?? keptFiles(folder, hosts)
  for (const [what, path] of [
    ['SIP_TLS_CERTIFICATE', files.certificate],
    ['SIP_TLS_KEY', files.key],
  ] as const)
    if (!existsSync(path)) throw new Error(`${what} names ${path}, which does not exist`)
  const hash = createHash('sha256').update(readFileSync(files.certificate)).update(readFileSync(files.key))
  return { ...files, fingerprint: hash.digest('hex').slice(0, 16) }
}

function keptFiles(folder: string, hosts: readonly string[]): { certificate: string; key: string } {
  const files = { certificate: join(folder, 'certificate.pem'), key: join(folder, 'key.pem') }
  if (existsSync(files.certificate) && existsSync(files.key)) return files
  const made = selfSigned(hosts, new Date(), years)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeFileSync(files.key, made.key, { mode: 0o600 })
  writeFileSync(files.certificate, made.certificate, { mode: 0o600 })
  return files
}

/** Whether both are whole, in PEM, and of one another. */
export function belongTogether({ certificate, key }: TlsFiles): boolean {
  try {
    const privateKey = createPrivateKey(readFileSync(key))
    return new X509Certificate(readFileSync(certificate)).checkPrivateKey(privateKey)
  } catch {
    // Half written, or something else.
    return false
  }
}
