/** How the setting that names further Asterisk nodes is read: `NAME=ARI_URL?sip=HOST:PORT`, a space between two. */

export type SipAddress = Readonly<{ host: string; port: number }>

type NodeSetting = Readonly<{ name: string; url: URL; sip: SipAddress }>

/** The name of the first node, and what every first Asterisk calls itself. */
export const firstNode = { name: 'main', systemName: 'centralita' }

/** Asterisk puts it before the ids of its channels, which says where a call is. */
const nodeName = /^[a-z][a-z0-9]{0,19}$/

/** null: it can't be read. */
export function nodesIn(text: string): readonly NodeSetting[] | null {
  const nodes = text.split(/\s+/).flatMap((part) => (part === '' ? [] : [nodeIn(part)]))
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

function nodeIn(part: string): NodeSetting | null {
  const [, name = '', address = ''] = /^([^=]*)=(.*)$/.exec(part) ?? []
  if (!nodeName.test(name) || Object.values(firstNode).includes(name) || !URL.canParse(address)) return null
  const url = new URL(address)
  const sip = sipAddressIn(url.searchParams.get('sip') ?? '')
  const isAri = ['http:', 'https:'].includes(url.protocol) && url.username !== '' && url.password !== ''
  return sip === null || !isAri ? null : { name, url, sip }
}
