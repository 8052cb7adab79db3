/** One message: whose it is, what it says, its files. */
import { timeOfDay } from '../languages/format.ts'
import { useLocale, useText } from '../languages/language.ts'
import type { Message } from './messages.ts'
import styles from './message-bubble.module.css'

export function MessageBubble({ message, isRead }: { message: Message; isRead: boolean }) {
  const t = useText()
  const language = useLocale()
  const { from, at, agent, text, files, buttons, n } = message
  const isOurs = from !== 'customer'
  const who = from === 'agent' ? (agent?.name ?? t('message.you')) : t(`message.from.${from}`)
  return (
    <div className={styles.bubble} data-ours={isOurs} data-machine={from === 'flow' || from === 'system'}>
      <small>
        {who} · <time dateTime={at}>{timeOfDay(Date.parse(at), language)}</time>
        {n === Infinity && ` · ${t('message.sending')}`}
        {isRead && ` · ${t('message.read')}`}
      </small>
      {text !== '' && <span className={styles.text}>{text}</span>}
      {files.map(({ id, name }) => (
        <a key={id} href={`/api/files/${id}`} target="_blank" rel="noreferrer">
          {name}
        </a>
      ))}
      {buttons.length > 0 && <small>{buttons.map(({ label }) => label).join(' · ')}</small>}
    </div>
  )
}
