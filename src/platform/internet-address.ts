/** Internet addresses, as those who are behind them are told apart. */
import { isIP } from 'node:net'

/** A single IPv4 address, or the /64 that a provider gives to one customer; null: no address. */
export function customerOf(text: string): string | null {
  const address = text.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
  const family = isIP(address)
  if (family === 0) return null
  return family === 4 ? address : `${networkOf(address)}/64`
}

/** The first 64 bits, written shortest. */
function networkOf(address: string): string {
  const [head = '', tail = ''] = address.toLowerCase().split('::')
  const left = head.split(':').filter((group) => group !== '')
  const right = tail.split(':').filter((group) => group !== '')
  const middle = address.includes('::') ? Array<string>(8 - left.length - right.length).fill('0') : []
  const groups = [...left, ...middle, ...right].slice(0, 4).map((group) => parseInt(group, 16).toString(16))
  return `${groups.join(':')}::`
}
