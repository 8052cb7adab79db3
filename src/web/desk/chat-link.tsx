/**
 * Out of a call into the chat: a link that leads this caller there, and back to me. Read out, copied, or sent by mail, also when
 * the call is over meanwhile.
 */
import { NativeSelect, Stack, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { EntryPoint } from '../../directory/entry-point.ts'
import { useCustomerCard } from '../customer/story.ts'
import { ActionButton } from '../keys/action-button.tsx'
import { moment } from '../languages/format.ts'
import { useLocale, useText } from '../languages/language.ts'
import { Dialog } from '../look/dialog.tsx'
import type { WorkItem } from '../live/desk-state.ts'
import { call, Refused, tell } from '../server/api.ts'
import { useList } from '../server/list.ts'
import styles from './conversation.module.css'

type Invitation = Readonly<{ link: string; until: string }>

const useChats = (): readonly EntryPoint[] =>
  useList<EntryPoint>('/api/entry-points')?.filter(({ channel, enabled }) => channel === 'chat' && enabled) ?? []

export function ChatLinkButton({ onOpen }: { onOpen(): void }) {
  const t = useText()
  if (useChats().length === 0) return null
  return <ActionButton label={t('chatLink.open')} shortcut="c" onAct={onOpen} />
}

type ChatLinkDialogProps = Readonly<{
  item: WorkItem
  isOpen: boolean
  /** The call is: nothing new is made for it. */
  isOver: boolean
  onClose(): void
}>

export function ChatLinkDialog({ item, isOpen, isOver, onClose }: ChatLinkDialogProps) {
  const t = useText()
  const chats = useChats()
  return (
    <Dialog opened={isOpen} onClose={onClose} title={t('chatLink.title')}>
      <Link item={item} chats={chats} isOver={isOver} onDone={onClose} />
    </Dialog>
  )
}

type LinkProps = Readonly<{ item: WorkItem; chats: readonly EntryPoint[]; isOver: boolean; onDone(): void }>

function Link({ item, chats, isOver, onDone }: LinkProps) {
  const t = useText()
  const locale = useLocale()
  const [entryPoint, setEntryPoint] = useState(chats[0]?.id ?? '')
  const { data: customer } = useCustomerCard(item.card?.customer?.id ?? item.customerId)
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: (chat: string) =>
      call<Invitation>('POST', `/api/interactions/${item.interactionId}/chat-link`, { entryPoint: chat }),
  })
  useEffect(() => mutate(entryPoint), [mutate, entryPoint])
  const mail = customer?.customer.identities.find(({ kind }) => kind === 'email')?.value
  const copy = (link: string): void => {
    navigator.clipboard.writeText(link).then(
      () => {
        notifications.show({ message: t('chatLink.copied') })
        onDone()
      },
      (failure: unknown) => notifications.show({ color: 'red', message: tell(failure, t) }),
    )
  }
  return (
    <Stack gap="md">
      {chats.length > 1 && (
        <NativeSelect
          label={t('chatLink.chat')}
          disabled={isOver}
          value={entryPoint}
          data={chats.map(({ id, address }) => ({ value: id, label: address }))}
          onChange={(event) => setEntryPoint(event.currentTarget.value)}
        />
      )}
      {isOver && data !== undefined && <p role="status">{t('chatLink.over')}</p>}
      {error !== null && (
        <p role="alert">
          {error instanceof Refused && error.code === 'no-page' ? t('chatLink.noPage') : tell(error, t)}
        </p>
      )}
      <TextInput
        data-autofocus
        readOnly
        label={t('chatLink.link')}
        description={
          data !== undefined ? t('chatLink.until', { time: until(data, locale) }) : isPending && t('app.loading')
        }
        disabled={error !== null}
        value={data?.link ?? ''}
        onFocus={(event) => event.currentTarget.select()}
      />
      <div className={styles.deeds}>
        <ActionButton
          label={t('chatLink.copy')}
          tone="main"
          disabled={data === undefined}
          onAct={() => data !== undefined && copy(data.link)}
        />
        {mail !== undefined && data !== undefined && (
          <a href={`mailto:${encodeURIComponent(mail)}?body=${encodeURIComponent(data.link)}`}>
            {t('chatLink.mail', { address: mail })}
          </a>
        )}
      </div>
    </Stack>
  )
}

const until = ({ until: at }: Invitation, locale: string): string => moment(Date.parse(at), Date.now(), locale)
