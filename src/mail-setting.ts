/** How the setting that names the mail server is read: `smtp://USER:PASSWORD@HOST:PORT?tls=must`, or `smtps://` for TLS at once. */

export type MailServer = Readonly<{
  host: string
  port: number
  /** `at-once`: from the first byte (RFC 8314); `must`: STARTTLS or no mail; `may`: STARTTLS where it is offered. */
  tls: 'at-once' | 'must' | 'may' | 'never'
  login: Readonly<{ user: string; password: string }> | null
}>

const wishes = ['must', 'may', 'never'] as const

/** A login goes over TLS unless the setting says otherwise. null: it can't be read. */
export function mailServerIn(text: string): MailServer | null {
  if (!URL.canParse(text)) return null
  const { protocol, hostname, port, username, password, pathname, searchParams } = new URL(text)
  const atOnce = protocol === 'smtps:'
  if ((!atOnce && protocol !== 'smtp:') || hostname === '' || !['', '/'].includes(pathname)) return null
  if ((username === '') !== (password === '')) return null
  const wish = searchParams.get('tls')
  const tls = wish === null ? (username === '' ? 'may' : 'must') : wishes.find((known) => known === wish)
  if (tls === undefined || (atOnce && wish !== null) || [...searchParams.keys()].some((key) => key !== 'tls'))
    return null
  return {
    host: hostname.replaceAll(/[[\]]/g, ''),
    port: port === '' ? (atOnce ? 465 : 587) : Number(port),
    tls: atOnce ? 'at-once' : tls,
    login: username === '' ? null : { user: decodeURIComponent(username), password: decodeURIComponent(password) },
  }
}
