import { createHash } from 'node:crypto'

/** The same words give the same id, whoever computes it and however often (RFC 9562 §5.8: a version 8 UUID). */
export function stableId(...words: readonly string[]): string {
  const hash = createHash('sha256').update(words.join('\n')).digest('hex')
  const variant = ((parseInt(hash.slice(16, 18), 16) & 0x3f) | 0x80).toString(16)
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-${variant}${hash.slice(18, 20)}-${hash.slice(20, 32)}`
}
