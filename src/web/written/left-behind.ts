/**
 * What was being written when a conversation left the desk, by a timer or another hand: nobody can go back to it there. A note
 * and an outcome are kept with it as far as they had come; of a reply that nobody reads any more its writer is told.
 */
import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useRef } from 'react'
import type { InteractionId } from '../../core/ids.ts'
import { useText } from '../languages/language.ts'
import { nameOn, type WorkItem } from '../live/desk-state.ts'
import { useDesk } from '../live/use-desk.ts'
import { call, tell } from '../server/api.ts'
import { changeDraft, draftOf, joined } from './drafts.ts'

export function useLeftBehind(): void {
  const { work, connection } = useDesk()
  const last = useRef<readonly WorkItem[]>([])
  const keep = useEffectEvent(useKeeping())
  useEffect(() => {
    const gone = last.current.filter(({ interactionId }) => !work.some((item) => item.interactionId === interactionId))
    last.current = work
    // Told to another window from then on, they are no less there.
    if (connection !== 'taken-over') for (const item of gone) keep(item)
  }, [work, connection])
}

function useKeeping(): (item: WorkItem) => void {
  const t = useText()
  const client = useQueryClient()
  const say = (color: 'yellow' | 'red', message: string): void => {
    notifications.show({ color, message, autoClose: false })
  }
  return ({ interactionId, card }) => {
    const name = nameOn(card) ?? t('customer.unknown')
    const [note, outcome, reply] = takeDrafts(interactionId)
    if (note !== '')
      call('POST', `/api/interactions/${interactionId}/notes`, { text: note }).then(
        () => {
          void client.invalidateQueries({ queryKey: ['interaction', interactionId] })
          say('yellow', t('left.note', { name, text: note }))
        },
        (error: unknown) => say('red', `${t('left.note.failed', { name, text: note })} ${tell(error, t)}`),
      )
    if (outcome !== '')
      call('POST', `/api/interactions/${interactionId}/disposition`, { code: outcome }).catch((error: unknown) =>
        say('red', tell(error, t)),
      )
    if (reply !== '') say('yellow', t('left.reply', { name, text: reply }))
  }
}

/** Note, outcome and reply; what was meant for whoever gets it next is a note, for nobody else got it. */
function takeDrafts(interactionId: InteractionId): readonly [string, string, string] {
  const take = (of: Parameters<typeof draftOf>[0]): string => {
    const text = draftOf(of, interactionId).text.trim()
    changeDraft(of, interactionId, { text: '', files: [] })
    return text
  }
  return [joined(take('note'), take('hand-on')), take('outcome'), take('reply')]
}
