/** A number that can be called: my phone rings first, then theirs. */
import { notifications } from '@mantine/notifications'
import { useMutation } from '@tanstack/react-query'
import { useText } from '../languages/language.ts'
import { call, tell } from '../server/api.ts'
import { phoneSettings } from '../softphone/settings.ts'
import { useSoftphone } from '../softphone/use-softphone.ts'
import styles from './customer-panel.module.css'

export function CallNumber({ number }: { number: string }) {
  const t = useText()
  const phone = useSoftphone()
  const place = useMutation({
    mutationFn: () => call('POST', '/api/calls', { to: number }),
    onMutate: () => {
      // I asked for it: my own telephone needn't ask me again.
      if (phoneSettings().device === 'browser') phone.answer()
      notifications.show({ message: t('customer.calling', { number }) })
    },
    onError: (error) => {
      notifications.show({ color: 'red', message: tell(error, t) })
    },
  })
  return (
    <button
      type="button"
      className={styles.call}
      disabled={place.isPending}
      aria-label={t('customer.call', { number })}
      onClick={() => place.mutate()}
    >
      {number}
    </button>
  )
}
