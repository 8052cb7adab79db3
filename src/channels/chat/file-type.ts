/** What a file is by its own first bytes: what it calls itself is only believed where they agree. */
const kinds: readonly Readonly<{ type: string; begins: readonly number[]; at?: number; also?: readonly string[] }>[] = [
  { type: 'image/png', begins: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { type: 'image/jpeg', begins: [0xff, 0xd8, 0xff] },
  { type: 'image/gif', begins: [0x47, 0x49, 0x46, 0x38] },
  { type: 'image/webp', begins: [0x57, 0x45, 0x42, 0x50], at: 8 },
  { type: 'application/pdf', begins: [0x25, 0x50, 0x44, 0x46, 0x2d] },
  {
    type: 'application/zip',
    begins: [0x50, 0x4b, 0x03, 0x04],
    also: [
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'application/vnd.oasis.opendocument.text',
    ],
  },
]

/** Shown by browsers without a script of the sender's running: everything else is only saved. */
export const shownInline: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp'])

/** null: not a kind of file that is taken. */
export function fileTypeOf(bytes: Uint8Array, claimed: string): string | null {
  for (const { type, begins, at = 0, also = [] } of kinds) {
    if (!begins.every((byte, i) => bytes[at + i] === byte)) continue
    return also.includes(claimed) ? claimed : type
  }
  return claimed.startsWith('text/') && isText(bytes) ? 'text/plain' : null
}

function isText(bytes: Uint8Array): boolean {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return !/[\u0000-\u0008\u000e-\u001f]/.test(text)
  } catch {
    return false
  }
}
