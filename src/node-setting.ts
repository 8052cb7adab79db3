/** How the setting that names further Asterisk nodes is read: `NAME=ARI_URL?sip=HOST:PORT`, a space between two. */

export type SipAddress = Readonly<{ host: string; port: number }>

type NodeSetting = Readonly<{ name: string; url: URL; sip: SipAddress }>

/** The name of the first node, and what every first Asterisk calls itself. */
export const firstNode = { name: 'main', systemName: 'centralita' }

/** Asterisk puts it before the ids of its channels, which says where a call is. */
const nodeName = /^[a-z][a-z0-9]{0,19}$/

/** null: it can't be read. */
export function nodesIn(text: string): readonly NodeSetting[] | null {
  const nodes = text.split(/\s+/).flatMap((part) => (part === '' ? [] : [reachableNodeIn(part)]))
  const known = nodes.filter((node) => node !== null)
  const names = new Set(known.map(({ name }) => name))
  return known.length === nodes.length && names.size === nodes.length ? known : null
}

export function sipAddressIn(text: string): SipAddress | null {
  const [, host, port] = /^([\w.-]+|\[[0-9a-fA-F:]+\]):(\d{1,5})$/.exec(text) ?? []
  return host === undefined || Number(port) < 1 || Number(port) > 65_535
    ? null
    : { host: host.replaceAll(/[[\]]/g, ''), port: Number(port) }
}

/** `NAME=ARI_URL`, whatever follows it; null: it can't be read. */
export function nodeIn(part: string): { name: string; url: URL } | null {
  const [, name = '', address = ''] = /^([^=]*)=(.*)$/.exec(part) ?? []
  if (!nodeName.test(name) || Object.values(firstNode).includes(name) || !URL.canParse(address)) return null
  const url = new URL(address)
  const isAri = ['http:', 'https:'].includes(url.protocol) && url.username !== '' && url.password !== ''
  return isAri ? { name, url } : null
}

function reachableNodeIn(part: string): NodeSetting | null {
  const node = nodeIn(part)
  const sip = node === null ? null : sipAddressIn(node.url.searchParams.get('sip') ?? '')
  return node === null || sip === null ? null : { ...node, sip }
}
