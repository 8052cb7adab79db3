/** @jsxImportSource preact */
/**
 * The one script of a site that shows the chat. It touches the page in two places: one element at the end of the body, with
 * everything inside its shadow, and one global, `Centralita`.
 */
import { render } from 'preact'
import { wordsOn } from './accent.ts'
import { Chat } from './chat.ts'
import { styles } from './styles.ts'
import { languageOf, wordsFor } from './words.ts'
import { Widget } from './widget.tsx'

declare global {
  interface Window {
    Centralita?: SiteApi
  }
}

/** What the site's own scripts may call. */
export type SiteApi = Readonly<{
  open(): void
  close(): void
  /** A JSON Web Token that the site's server made for whoever has signed in. */
  signIn(token: string): void
  /** Whether the pages that the visitor looks at may be told to the agent. */
  consent(given: boolean): void
  /** What the visitor does: a page, a help article, what lies in the cart. */
  tell(
    point: Readonly<{ kind: 'page' | 'article' | 'cart' | 'event'; url?: string; title?: string; data?: object }>,
  ): void
}>

const script = document.currentScript as HTMLScriptElement | null

function start(tag: HTMLScriptElement): void {
  const { widget = '', language, theme = 'auto', siteToken } = tag.dataset
  const origin = new URL(tag.src).origin
  const host = document.createElement('centralita-chat')
  const root = host.attachShadow({ mode: 'open' })
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(styles)
  root.adoptedStyleSheets = [sheet]
  host.dataset['theme'] = theme
  const chosen = languageOf(language ?? document.documentElement.lang)
  const invitation = takeInvitation()
  const chat = new Chat({ origin, widget, language: chosen, siteToken: siteToken ?? null, invitation })
  const place = document.createElement('div')
  place.lang = chosen
  root.append(place)
  document.body.append(host)
  void chat.settings().then((settings) => {
    // A widget that is unknown, or not for this page, shows nothing.
    if (settings === null) return
    const ofSite = getComputedStyle(host).getPropertyValue('--centralita-accent').trim()
    host.style.setProperty('--accent', settings.colour)
    host.style.setProperty('--on', wordsOn(ofSite === '' ? settings.colour : ofSite))
    host.dataset['side'] = settings.position
    if (invitation !== null) chat.show(true)
    render(<Widget chat={chat} settings={settings} words={wordsFor(chosen)} />, place)
  })
  window.Centralita = {
    open: () => chat.show(true),
    close: () => chat.show(false),
    signIn: (token) => chat.signIn(token),
    consent: (given) => chat.consent(given),
    tell: (point) => chat.tell(point),
  }
}

/** Of the link that led here: it goes from the address, so that nobody passes it on with that. null: there is none. */
function takeInvitation(): string | null {
  const code = /^#centralita=([\w-]+\.[\w-]+)$/.exec(location.hash)?.[1] ?? null
  if (code !== null) history.replaceState(history.state, '', location.pathname + location.search)
  return code
}

if (script !== null && window.Centralita === undefined) {
  if (document.body === null) document.addEventListener('DOMContentLoaded', () => start(script))
  else start(script)
}
