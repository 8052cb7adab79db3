/** What is known of a customer, in two columns. */
import type { ReactNode } from 'react'
import type { CustomerCard } from '../../history/customer/card-routes.ts'
import { useLanguage, useText } from '../languages/language.ts'
import { CallNumber } from './call-number.tsx'
import styles from './customer-panel.module.css'

export function CustomerFacts({ card, told }: { card: CustomerCard; told: readonly string[] }) {
  const t = useText()
  const language = useLanguage()
  const { customer, satisfaction, segments, contacts } = card
  // A visitor's own id says nothing to a person.
  const shown = customer.identities.filter(({ kind }) => kind !== 'visitor')
  const preferred = customer.preferredChannel ?? contacts.usualChannel
  return (
    <dl className={styles.facts}>
      {told.length > 0 && <Row name={t('customer.told')}>{told.join(', ')}</Row>}
      {shown.map(({ id, kind, value }) => (
        <Row key={id} name={t(`identity.${kind}`)}>
          {kind === 'phone' ? <CallNumber number={value} /> : value}
        </Row>
      ))}
      {customer.language !== null && (
        <Row name={t('customer.language')}>
          {new Intl.DisplayNames([language], { type: 'language' }).of(customer.language)}
        </Row>
      )}
      {preferred !== null && <Row name={t('customer.prefers')}>{t(`channel.${preferred}`)}</Row>}
      {satisfaction.average !== null && (
        <Row name={t('customer.satisfaction')}>
          {satisfaction.average.toLocaleString(language, { maximumFractionDigits: 1 })}
          {satisfaction.trend !== null && `, ${t(`customer.trend.${satisfaction.trend}`)}`}
        </Row>
      )}
      {segments.length > 0 && <Row name={t('customer.segments')}>{segments.map(({ name }) => name).join(', ')}</Row>}
      {Object.entries(customer.attributes).map(([key, value]) => (
        <Row key={key} name={key}>
          {String(value)}
        </Row>
      ))}
    </dl>
  )
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
