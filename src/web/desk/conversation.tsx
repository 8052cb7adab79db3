/** The story in the middle: the same for every channel; a channel brings its controls and its composer. */
import { useMemo, useState, type ReactNode } from 'react'
import { useStory } from '../customer/story.ts'
import { timeOfDay } from '../languages/format.ts'
import { useLocale, useText } from '../languages/language.ts'
import { nameOn, type WorkItem } from '../live/desk-state.ts'
import { ConsultBar } from '../handing-on/consult-bar.tsx'
import { HandOn } from '../handing-on/hand-on.tsx'
import { ActionButton } from '../keys/action-button.tsx'
import { MessageBubble } from '../written/message-bubble.tsx'
import { useMessages, useTyping, type Message } from '../written/messages.ts'
import { ReplyComposer } from '../written/reply-composer.tsx'
import { UnsentReply } from '../written/unsent-reply.tsx'
import { CallBar } from './call-bar.tsx'
import { ChatBar } from './chat-bar.tsx'
import { ChatLinkButton } from './chat-link.tsx'
import { logEntries, type LogEntry } from './log-entries.ts'
import { usePreparedOutcome } from './outcome-field.tsx'
import { NoteComposer } from './note-composer.tsx'
import { WhyMe } from './why-me.tsx'
import { WrapUpBar } from './wrap-up-bar.tsx'
import styles from './conversation.module.css'

type ConversationProps = Readonly<{
  item: WorkItem
  me: string
  /** Above what is being written; absent: they are elsewhere on the page. */
  offers?: ReactNode
  onFollowUp(name: string): void
  onChatLink(): void
}>

export function Conversation({ item, me, offers, onFollowUp, onChatLink }: ConversationProps) {
  const t = useText()
  const name = nameOn(item.card) ?? t('customer.unknown')
  const [isHandingOn, setHandingOn] = useState(false)
  const startHandingOn = (): void => setHandingOn(true)
  usePreparedOutcome()
  const isWritten = item.channel !== 'voice' && item.channel !== 'video'
  return (
    <section className={styles.conversation} aria-label={t('conversation.label', { name })}>
      <header className={styles.head}>
        <h1>{name}</h1>
        <span className={styles.pill}>{t(`channel.${item.channel}`)}</span>
        {item.card?.customer?.highValue === true && <span className={styles.value}>{t('customer.highValue')}</span>}
        <span className={styles.gap} />
        {item.channel === 'voice' && item.phase === 'engaged' && <ChatLinkButton onOpen={onChatLink} />}
        <ActionButton label={t('tasks.followUp')} shortcut="f" onAct={() => onFollowUp(name)} />
      </header>
      {item.phase === 'engaged' &&
        (isWritten ? (
          <ChatBar item={item} onHandOn={startHandingOn} />
        ) : (
          <CallBar item={item} onHandOn={startHandingOn} />
        ))}
      <HandOn item={item} isOpen={isHandingOn} onClose={() => setHandingOn(false)} />
      {item.phase === 'engaged' && item.channel === 'voice' && (
        <ConsultBar interactionId={item.interactionId} customer={name} me={me} />
      )}
      {item.phase === 'wrap-up' && <WrapUpBar item={item} />}
      {isWritten ? <WrittenLog item={item} me={me} /> : <Log item={item} me={me} messages={[]} readUpTo={null} />}
      {offers}
      {isWritten && item.phase === 'engaged' && <ReplyComposer interactionId={item.interactionId} />}
      {isWritten && item.phase === 'wrap-up' && <UnsentReply interactionId={item.interactionId} />}
      <NoteComposer interactionId={item.interactionId} />
    </section>
  )
}

function WrittenLog({ item, me }: { item: WorkItem; me: string }) {
  const t = useText()
  const { items, read } = useMessages(item.interactionId)
  const isTyping = useTyping(item.interactionId)
  return (
    <>
      <Log item={item} me={me} messages={items} readUpTo={read.customer} />
      <p className={styles.typing} role="status">
        {isTyping && t('message.typing')}
      </p>
    </>
  )
}

type LogProps = Readonly<{ item: WorkItem; me: string; messages: readonly Message[]; readUpTo: number | null }>

function Log({ item, me, messages, readUpTo }: LogProps) {
  const t = useText()
  const language = useLocale()
  const { data: story } = useStory(item.interactionId)
  const entries = useMemo(() => (story === undefined ? [] : logEntries(story, t)), [story, t])
  const lastRead = messages.findLast(({ n, from }) => from === 'agent' && readUpTo !== null && n <= readUpTo)
  const rows = [
    ...entries.map((entry) => ({ at: entry.at, row: <Entry key={entry.id} entry={entry} language={language} /> })),
    ...messages.map((message) => ({
      at: Date.parse(message.at),
      row: <MessageBubble key={message.id} message={message} isRead={message === lastRead} />,
    })),
  ].toSorted((a, b) => a.at - b.at)
  return (
    <div className={styles.log} role="log" tabIndex={0} aria-label={t('conversation.log')}>
      <div>
        <WhyMe interactionId={item.interactionId} me={me} />
        {rows.map(({ row }) => row)}
      </div>
    </div>
  )
}

function Entry({ entry, language }: { entry: LogEntry; language: string }) {
  const { at, kind, text, author } = entry
  if (kind === 'note')
    return (
      <div className={styles.note}>
        <small>
          {author} · {timeOfDay(at, language)}
        </small>
        {text}
      </div>
    )
  return (
    <div className={styles.event}>
      <time dateTime={new Date(at).toISOString()}>{timeOfDay(at, language)}</time>
      <span>{text}</span>
    </div>
  )
}
