/** Internet addresses as bans name them, and those that are never banned. */
import { BlockList, isIP } from 'node:net'

/** A single IPv4 address, or the /64 that a provider gives to one customer; null: no address. */
export function banKey(text: string): string | null {
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

export function isNetwork(text: string): boolean {
  const [address = '', prefix] = text.split('/')
  const family = isIP(address)
  if (family === 0) return false
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128))
}

/** What is in one of these networks; names among them are left out. */
export function membership(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList()
  for (const network of networks.filter(isNetwork)) {
    const [address = '', prefix] = network.split('/')
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6'
    if (prefix === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(prefix), family)
  }
  return (key) => {
    const [address = ''] = key.split('/')
    return isIP(address) !== 0 && list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6')
  }
}
