/** Secrets that we must be able to read again (a TOTP secret, a client secret), encrypted before they are stored. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export type SecretBox = Readonly<{
  /** `purpose` says whose secret it is: one that was moved to another row doesn't open there. */
  seal(secret: string, purpose: string): string
  /** null: sealed with another key, or for another purpose. */
  open(sealed: string, purpose: string): string | null
}>

const algorithm = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16

/** `key`: any text with 128 bits of chance or more in it. */
export function secretBox(key: string): SecretBox {
  const derived = Buffer.from(hkdfSync('sha256', key, '', 'centralita sealed secrets', 32))
  return {
    seal(secret, purpose) {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv(algorithm, derived, nonce).setAAD(Buffer.from(purpose))
      const encrypted = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), encrypted]).toString('base64url')
    },
    open(sealed, purpose) {
      const bytes = Buffer.from(sealed, 'base64url')
      try {
        const decipher = createDecipheriv(algorithm, derived, bytes.subarray(0, nonceBytes))
        decipher.setAAD(Buffer.from(purpose)).setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes))
        const rest = bytes.subarray(nonceBytes + tagBytes)
        return Buffer.concat([decipher.update(rest), decipher.final()]).toString('utf8')
      } catch {
        return null
      }
    },
  }
}

/** The operator's own key, else one in `DATA_DIR/sealing.key` (mode 0600), made when it is first needed. */
export function sealingKey(given: string | null, dataDir: string): string {
  if (given !== null) return given
  const path = join(dataDir, 'sealing.key')
  mkdirSync(dataDir, { recursive: true })
  try {
    writeFileSync(path, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  return readFileSync(path, 'utf8').trim()
}
