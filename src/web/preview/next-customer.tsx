/** Whom I call next, and why: seen in peace before anybody's phone rings. */
import { useEffect, useEffectEvent, useState } from 'react'
import { ActionButton } from '../keys/action-button.tsx'
import { moment } from '../languages/format.ts'
import { useLocale, useText } from '../languages/language.ts'
import { useDesk } from '../live/use-desk.ts'
import { PromiseDialog, SkipDialog } from './preview-dialogs.tsx'
import { useAskForPreview, useMyPreview, usePreviewDeed, type PreviewEntry } from './preview.ts'
import styles from './next-customer.module.css'

/** What is asked about a customer, and whether it is open. */
type Asking = Readonly<{ to: PreviewEntry; isOpen: boolean }>
type NextCustomerProps = Readonly<{ onOpenCustomer(customerId: string): void }>

/** Above this the customer has a column of their own. */
const wide = '(min-width: 861px)'

export default function NextCustomer({ onOpenCustomer }: NextCustomerProps) {
  const t = useText()
  const { work, state } = useDesk()
  const calls = work.filter(({ channel, phase }) => channel === 'voice' && phase !== 'wrap-up').length
  const mine = useMyPreview(calls > 0)
  const deed = usePreviewDeed()
  const askAgain = useEffectEvent(useAskForPreview())
  /** Called last: what they said of another time may still be noted. */
  const [called, setCalled] = useState<PreviewEntry | null>(null)
  /** What is being written outlives the end of the call and the card. */
  const [promise, setPromise] = useState<Asking | null>(null)
  const [skip, setSkip] = useState<Asking | null>(null)
  useEffect(() => askAgain(), [calls])

  const isIdle = state.agent?.presence === 'available' && work.length === 0
  const takeNext = useEffectEvent(() => deed.mutate({ do: 'next', whenIdle: true }))
  const isShownOne = isIdle && mine?.isDueWhenIdle === true
  useEffect(() => {
    if (isShownOne) takeNext()
  }, [isShownOne])

  const entry = mine?.entry ?? null
  const openCustomer = useEffectEvent((customerId: string) => onOpenCustomer(customerId))
  const customerId = entry?.state === 'held' ? entry.customerId : null
  useEffect(() => {
    if (customerId !== null && window.matchMedia(wide).matches) openCustomer(customerId)
  }, [entry?.id, customerId])

  const isAsking = promise?.isOpen === true || skip?.isOpen === true
  if (mine === undefined || (mine.lists.length === 0 && entry === null && !isAsking)) return null
  const promiseTo = (to: PreviewEntry) => setPromise({ to, isOpen: true })
  const closePromise = () => setPromise(promise && { ...promise, isOpen: false })
  return (
    <section aria-label={t('preview.label')} className={styles.next}>
      <h2>{t('preview.label')}</h2>
      <div aria-live="polite">
        {entry !== null ? (
          <Preview
            entry={entry}
            isBusy={deed.isPending}
            onOpenCustomer={onOpenCustomer}
            onPromise={() => promiseTo(entry)}
            onSkip={() => setSkip({ to: entry, isOpen: true })}
            onCall={() => {
              setCalled(entry)
              deed.mutate({ do: 'dial', entry })
            }}
          />
        ) : (
          <Nobody mine={mine} />
        )}
      </div>
      {entry === null && (
        <div className={styles.actions}>
          <ActionButton
            label={t('preview.next')}
            shortcut="g"
            disabled={!mine.isDue}
            loading={deed.isPending}
            onAct={() => {
              setCalled(null)
              deed.mutate({ do: 'next', whenIdle: false })
            }}
          />
          {called !== null && <PromiseButton onAct={() => promiseTo(called)} />}
        </div>
      )}
      {skip !== null && (
        <SkipDialog
          key={`skip-${skip.to.id}`}
          entry={skip.to}
          isOpen={skip.isOpen}
          onClose={() => setSkip({ ...skip, isOpen: false })}
        />
      )}
      {promise !== null && (
        <PromiseDialog
          key={promise.to.id}
          entry={promise.to}
          isOpen={promise.isOpen}
          onClose={closePromise}
          onDone={() => {
            closePromise()
            if (called?.id === promise.to.id && entry === null) setCalled(null)
          }}
        />
      )}
    </section>
  )
}

function Nobody({ mine }: { mine: NonNullable<ReturnType<typeof useMyPreview>> }) {
  const t = useText()
  const locale = useLocale()
  const opens = mine.lists.flatMap(({ opensAt }) => (opensAt === null ? [] : [Date.parse(opensAt)])).toSorted()
  if (mine.isDue) return <p>{t('preview.due')}</p>
  if (mine.lists.some(({ isOpen }) => isOpen)) return <p>{t('preview.nobody')}</p>
  return (
    <p>
      {opens[0] === undefined
        ? t('preview.closed')
        : t('preview.closedUntil', { time: moment(opens[0], Date.now(), locale) })}
    </p>
  )
}

type PreviewProps = Readonly<{
  entry: PreviewEntry
  isBusy: boolean
  onCall(): void
  onPromise(): void
  onSkip(): void
  onOpenCustomer(customerId: string): void
}>

function Preview({ entry, isBusy, onCall, onPromise, onSkip, onOpenCustomer }: PreviewProps) {
  const t = useText()
  const { name, number, customerId, list, attempt, mostAttempts, lastNote } = entry
  const isCalled = entry.state === 'dialling'
  return (
    <article className={styles.card} aria-label={t('preview.card', { name: name ?? number })}>
      <b>{name ?? number}</b>
      {name !== null && <span className={styles.number}>{number}</span>}
      <p>
        {list.name} · {t('preview.attempt', { attempt, most: Math.max(attempt, mostAttempts) })}
      </p>
      <p>{isCalled ? t('preview.calling') : t(`preview.why.${entry.why}`)}</p>
      {lastNote !== null && <p className={styles.note}>{lastNote}</p>}
      {customerId !== null && (
        <button type="button" className={styles.history} onClick={() => onOpenCustomer(customerId)}>
          {t('preview.history')}
        </button>
      )}
      <div className={styles.actions}>
        {!isCalled && (
          <ActionButton tone="main" label={t('preview.call')} shortcut="c" loading={isBusy} onAct={onCall} />
        )}
        <PromiseButton onAct={onPromise} />
        {!isCalled && <ActionButton label={t('preview.skip')} shortcut="i" onAct={onSkip} />}
      </div>
    </article>
  )
}

function PromiseButton({ onAct }: { onAct(): void }) {
  const t = useText()
  return <ActionButton label={t('preview.promise')} shortcut="o" onAct={onAct} />
}
