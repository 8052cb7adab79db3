/**
 * Keeps the page's telephone as the person wants it, fetches the audio of a call back that a reload or a lost network has cut
 * off, and lets go of one whose call is over: its last word may have been lost with a connection.
 */
import { useEffect, useState } from 'react'
import type { WorkItem } from '../live/desk-state.ts'
import { useDesk } from '../live/use-desk.ts'
import { usePhoneSettings } from '../softphone/settings.ts'
import { usePhone, useSoftphone } from '../softphone/use-softphone.ts'
import { call, Refused } from '../server/api.ts'

/** The telephone's own word comes sooner than this where nothing was lost. */
const settleMs = 1_500
const againMs = 4_000

/** Whether the audio of my call is on its way back. */
export function useTelephone(work: readonly WorkItem[]): boolean {
  const phone = useSoftphone()
  const { connection, state: desk } = useDesk()
  const { state, call: session, isElsewhere } = usePhone()
  const { device, speaker } = usePhoneSettings()
  // Whoever isn't an agent has no telephone.
  const isWanted =
    desk.agent !== null && device === 'browser' && connection !== 'taken-over' && connection !== 'signed-out'
  useEffect(() => {
    if (isWanted) phone.start()
    else if (connection === 'taken-over') phone.leave()
    else phone.stop()
  }, [isWanted, connection, phone])
  useEffect(() => phone.useSpeaker(), [speaker, phone])

  const voice = work.filter(({ channel }) => channel === 'voice')
  const engagedId = voice.find(({ phase }) => phase === 'engaged')?.interactionId ?? null
  const hasCall = session !== null && !session.isEcho
  const isStale = hasCall && connection === 'live' && voice.every(({ phase }) => phase === 'wrap-up')
  useEffect(() => {
    if (!isStale) return
    const timer = window.setTimeout(() => phone.hangUp(), settleMs)
    return () => window.clearTimeout(timer)
  }, [isStale, phone])

  const hasAudio = session !== null && !session.isBroken
  // Picked up at my desk phone, the call has its audio there.
  const [atDeskPhone, setAtDeskPhone] = useState<string | null>(null)
  const isHere = !isElsewhere && atDeskPhone !== engagedId
  const isSilent = isWanted && connection === 'live' && state === 'ready' && engagedId !== null && !hasAudio && isHere
  const [knewSession, setKnewSession] = useState(false)
  useEffect(() => {
    if (hasCall) setKnewSession(true)
  }, [hasCall])
  useEffect(() => {
    if (!isSilent) return
    const fetchBack = (): void => {
      phone.answer()
      // Refused: the call is over, which the desk is about to hear, or not mine; asked again while it still says so.
      call('POST', `/api/interactions/${engagedId}/rejoin`).catch((error: unknown) => {
        if (!(error instanceof Refused) || error.code !== 'at-desk-phone') return
        phone.forgetDecision()
        setAtDeskPhone(engagedId)
      })
    }
    // After a reload there is nothing to wait for; a call that just ended is about to be told.
    const first = window.setTimeout(fetchBack, knewSession ? settleMs : 0)
    const again = window.setInterval(fetchBack, againMs)
    return () => {
      window.clearTimeout(first)
      window.clearInterval(again)
    }
  }, [isSilent, engagedId, phone, knewSession])
  return isSilent
}
