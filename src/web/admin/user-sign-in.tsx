/** How a user signs in and where they are signed in: for whoever helps them after a loss, or sees something strange. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Session } from '../../access/session-list-routes.ts'
import type { UserSignIn } from '../../access/sign-in-admin-routes.ts'
import { SessionLine } from '../account/session-section.tsx'
import listStyles from '../account/account.module.css'
import { ActionButton } from '../keys/action-button.tsx'
import { useText } from '../languages/language.ts'
import { call, get, tell } from '../server/api.ts'
import { Part } from './form-page.tsx'
import styles from './admin.module.css'

export function UserSignInPart({ id }: { id: string }) {
  const t = useText()
  const client = useQueryClient()
  const path = `/api/users/${id}`
  const key = ['user-sign-in', id]
  const { data: ways } = useQuery({ queryKey: [...key, 'ways'], queryFn: () => get<UserSignIn>(`${path}/sign-in`) })
  const { data: sessions = [] } = useQuery({
    queryKey: [...key, 'sessions'],
    queryFn: async () => (await get<{ items: Session[] }>(`${path}/sessions`)).items,
  })
  const change = useMutation({
    mutationFn: (below: string) => call('DELETE', path + below),
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  })
  const [isSure, setSure] = useState(false)
  const has = ways !== undefined && (ways.totp || ways.passkeys > 0)
  const factors = [
    ...(ways?.totp === true ? [t('account.app')] : []),
    ...(ways === undefined || ways.passkeys === 0 ? [] : [t('admin.user.passkeys', { count: ways.passkeys })]),
    ...(ways?.providers.map(({ name }) => name) ?? []),
  ]
  return (
    <Part title={t('admin.signIn')} text={factors.length === 0 ? t('admin.user.noFactor') : factors.join(' · ')}>
      {sessions.length > 0 && (
        <ul className={`${listStyles.list} ${styles.wide}`} aria-label={t('admin.user.sessions')}>
          {sessions.map((session) => (
            <SessionLine key={session.id} session={session} onEnd={() => change.mutate(`/sessions/${session.id}`)} />
          ))}
        </ul>
      )}
      <div className={`${styles.actions} ${styles.wide}`}>
        {sessions.length > 0 && (
          <ActionButton label={t('admin.user.endSessions')} onAct={() => change.mutate('/sessions')} />
        )}
        {has &&
          (isSure ? (
            <ActionButton
              tone="late"
              label={t('admin.user.resetSure')}
              onAct={() => change.mutate('/second-factor', { onSettled: () => setSure(false) })}
            />
          ) : (
            <ActionButton tone="late" label={t('admin.user.reset')} onAct={() => setSure(true)} />
          ))}
        {change.error !== null && <span role="alert">{tell(change.error, t)}</span>}
      </div>
    </Part>
  )
}
