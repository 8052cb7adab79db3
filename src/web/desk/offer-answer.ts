/** Taking an offer or not: a call by the telephone, everything else by the service. */
import { usePhoneSettings } from '../softphone/settings.ts'
import { useSoftphone } from '../softphone/use-softphone.ts'
import type { WorkItem } from '../live/desk-state.ts'
import { useDeskStore } from '../live/use-desk.ts'
import { useDeed } from './actions.ts'

export function useOfferAnswer(): Readonly<{ accept(item: WorkItem): void; decline(item: WorkItem): void }> {
  const store = useDeskStore()
  const phone = useSoftphone()
  const { device } = usePhoneSettings()
  const deed = useDeed()
  const inBrowser = ({ channel }: WorkItem): boolean => channel === 'voice' && device === 'browser'
  return {
    accept(item) {
      const { interactionId } = item
      if (!inBrowser(item))
        return deed.mutate({
          interactionId,
          path: 'offer',
          body: { action: 'accept' },
          doing: { settled: 'accepting' },
        })
      store.doing(interactionId, { settled: 'accepting' })
      phone.answer()
    },
    decline(item) {
      const { interactionId } = item
      if (!inBrowser(item))
        return deed.mutate({
          interactionId,
          path: 'offer',
          body: { action: 'decline' },
          doing: { settled: 'declining' },
        })
      store.doing(interactionId, { settled: 'declining' })
      phone.decline()
    },
  }
}
