/** Whether the customer wants to be called at all, and a way to write down that they don't. */
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { CustomerCard } from '../../history/customer/card-routes.ts'
import { moment } from '../languages/format.ts'
import { useLocale, useText } from '../languages/language.ts'
import { call, tell } from '../server/api.ts'
import styles from './customer-panel.module.css'

export function DoNotCall({ card: { customer, doNotCall } }: { card: CustomerCard }) {
  const t = useText()
  const locale = useLocale()
  const client = useQueryClient()
  const change = useMutation({
    mutationFn: () => call(doNotCall === null ? 'PUT' : 'DELETE', `/api/customers/${customer.id}/do-not-call`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['customer', customer.id] }),
    onError: (error) => notifications.show({ color: 'red', message: tell(error, t) }),
  })
  return (
    <p className={styles.doNotCall} data-on={doNotCall !== null}>
      {doNotCall !== null && (
        <b>{t('customer.doNotCall', { time: moment(Date.parse(doNotCall.at), Date.now(), locale) })} </b>
      )}
      <button type="button" className={styles.call} disabled={change.isPending} onClick={() => change.mutate()}>
        {doNotCall === null ? t('customer.doNotCall.forbid') : t('customer.doNotCall.allow')}
      </button>
    </p>
  )
}
