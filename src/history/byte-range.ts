/** The `Range` header of a request for audio (RFC 9110, section 14): one range, as players ask for it. */

export type ByteRange = Readonly<{ from: number; to: number }>

/** What can't be understood, and more than one range, is answered with the whole. Both ends are included. */
export function byteRange(header: string | undefined, bytes: number): ByteRange | 'whole' | 'outside' {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '')
  if (match === null) return 'whole'
  const [, first = '', last = ''] = match
  if (first === '') {
    const length = Number(last)
    if (last === '') return 'whole'
    return length === 0 || bytes === 0 ? 'outside' : { from: Math.max(0, bytes - length), to: bytes - 1 }
  }
  const from = Number(first)
  const to = last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1)
  if (last !== '' && Number(last) < from) return 'whole'
  return from >= bytes ? 'outside' : { from, to }
}
