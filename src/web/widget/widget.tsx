/** @jsxImportSource preact */
/** The button at the corner of the page, and the panel that it opens. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { Calling } from './calling.tsx'
import type { Chat, View } from './chat.ts'
import { Composer } from './composer.tsx'
import { CallbackForm, DetailsForm, OfflineForm, TranscriptForm } from './forms.tsx'
import { Icon } from './icons.tsx'
import { Lines } from './lines.tsx'
import type { Settings } from './shapes.ts'
import { fill, type Words } from './words.ts'

type Props = Readonly<{ chat: Chat; settings: Settings; words: Words }>
type Sheet = 'chat' | 'details' | 'callback' | 'transcript'

function useView(chat: Chat): View {
  const [view, setView] = useState(chat.view)
  useEffect(() => chat.watch(() => setView(chat.view)), [chat])
  return view
}

export function Widget({ chat, settings, words }: Props) {
  const view = useView(chat)
  const launcher = useRef<HTMLButtonElement>(null)
  const close = (): void => {
    chat.show(false)
    queueMicrotask(() => launcher.current?.focus())
  }
  const { shown, unread } = view
  useEffect(() => {
    if (unread === 0) return
    const title = document.title
    document.title = `(${unread}) ${title}`
    return () => {
      document.title = title
    }
  }, [unread])
  return (
    <div class={shown ? 'all open' : 'all'} onKeyDown={(event) => event.key === 'Escape' && close()}>
      {shown ? (
        <Panel chat={chat} view={view} settings={settings} words={words} close={close} />
      ) : (
        <button class="launch" type="button" ref={launcher} aria-label={words.open} onClick={() => chat.show(true)}>
          <Icon of="chat" />
          {unread > 0 && (
            <span class="badge" aria-label={fill(words.new, { n: unread })}>
              {unread}
            </span>
          )}
        </button>
      )}
    </div>
  )
}

function Panel({ chat, view, settings, words, close }: Props & Readonly<{ view: View; close: () => void }>) {
  const isNew = view.phase.phase === 'closed' && view.lines.length === 0
  const [sheet, setSheet] = useState<Sheet>(settings.askDetails === 'never' || !isNew ? 'chat' : 'details')
  const [calling, setCalling] = useState(false)
  const [menu, setMenu] = useState(false)
  const isOpen = view.open || view.phase.phase !== 'closed'
  useEffect(() => {
    if (sheet === 'chat' && isOpen) chat.begin()
  }, [sheet, isOpen])
  const toChat = (): void => setSheet('chat')
  const choose = (act: () => void) => () => {
    setMenu(false)
    act()
  }
  return (
    <div class="panel" role="dialog" aria-label={settings.title}>
      <header>
        <div>
          <h2>{settings.title}</h2>
          <p role="status">{statusOf(view, words)}</p>
        </div>
        {settings.call && !calling && (
          <button
            class="icon"
            type="button"
            aria-label={words.call}
            title={words.call}
            onClick={() => setCalling(true)}
          >
            <Icon of="phone" />
          </button>
        )}
        <button class="icon" type="button" aria-label={words.menu} aria-expanded={menu} onClick={() => setMenu(!menu)}>
          <Icon of="more" />
        </button>
        <button class="icon" type="button" aria-label={words.close} onClick={close}>
          <Icon of="close" />
        </button>
      </header>
      {menu && (
        <div class="menu">
          {settings.callback && (
            <button type="button" onClick={choose(() => setSheet('callback'))}>
              {words.callBack}
            </button>
          )}
          {settings.transcript && view.lines.length > 0 && (
            <button type="button" onClick={choose(() => setSheet('transcript'))}>
              {words.transcript}
            </button>
          )}
          <button type="button" onClick={choose(() => chat.leave())} disabled={view.phase.phase === 'closed'}>
            {words.end}
          </button>
        </div>
      )}
      {calling && <Calling chat={chat} words={words} done={() => setCalling(false)} />}
      {sheet === 'details' && (
        <DetailsForm chat={chat} words={words} done={toChat} required={settings.askDetails === 'required'} />
      )}
      {sheet === 'callback' && <CallbackForm chat={chat} words={words} done={toChat} />}
      {sheet === 'transcript' && <TranscriptForm chat={chat} words={words} done={toChat} email={view.email} />}
      {sheet === 'chat' && !isOpen && <OfflineForm chat={chat} words={words} />}
      {sheet === 'chat' && isOpen && (
        <>
          <Lines chat={chat} view={view} words={words} greeting={settings.greeting} />
          <Ways chat={chat} view={view} words={words} />
          {view.problem !== null && (
            <p class="problem" role="alert">
              {view.problem}
            </p>
          )}
          {settings.consent === 'ask' && view.consented === null && <Consent chat={chat} words={words} />}
          <Composer chat={chat} words={words} />
        </>
      )}
    </div>
  )
}

/** What can be done instead of going on as things are. */
function Ways({ chat, view: { phase }, words }: Readonly<{ chat: Chat; view: View; words: Words }>) {
  if (phase.phase !== 'flow' && phase.exits.length === 0) return null
  return (
    <div class="ways">
      {phase.phase === 'flow' && (
        // The word that every flow understands, in every language.
        <button class="way" type="button" onClick={() => chat.send('operator')}>
          {words.person}
        </button>
      )}
      {phase.exits.includes('voicemail') && (
        <button class="way" type="button" onClick={() => chat.exit('voicemail')}>
          {words.leaveMessage}
        </button>
      )}
      {phase.exits.includes('callback') && (
        <button class="way" type="button" onClick={() => chat.exit('callback')}>
          {words.callBack}
        </button>
      )}
    </div>
  )
}

function Consent({ chat, words }: Readonly<{ chat: Chat; words: Words }>) {
  return (
    <div class="ask">
      <span>{words.consent}</span>
      <button type="button" onClick={() => chat.consent(true)}>
        {words.yes}
      </button>
      <button type="button" onClick={() => chat.consent(false)}>
        {words.no}
      </button>
    </div>
  )
}

function statusOf({ online, open, lines, phase }: View, words: Words): string {
  if (!online && lines.length > 0) return words.reconnecting
  switch (phase.phase) {
    case 'flow':
      return words.bot
    case 'talking':
      return fill(words.talking, { name: phase.agent ?? '' })
    case 'waiting': {
      if (phase.position === null) return words.offered
      const wait =
        phase.waitMs === null ? '' : `, ${fill(words.waitAbout, { n: Math.max(1, Math.ceil(phase.waitMs / 60_000)) })}`
      return fill(words.waiting, { n: phase.position }) + wait
    }
    case 'closed':
      return open ? words.closed : words.away
  }
}
