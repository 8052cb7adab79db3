/** Who needs a second factor, and where else people can sign in. */
import { Checkbox } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useLocation } from 'wouter'
import type { ShownProvider } from '../../access/sign-in-admin-routes.ts'
import type { Role } from '../../platform/http/principal.ts'
import { ActionButton } from '../keys/action-button.tsx'
import { useText } from '../languages/language.ts'
import { call, get, tell } from '../server/api.ts'
import { useList } from '../server/list.ts'
import { Part } from './form-page.tsx'
import styles from './admin.module.css'

type Settings = Readonly<{ secondFactorRoles: readonly Role[] }>
const settingsPath = '/api/sign-in-settings'
const roles: readonly Role[] = ['agent', 'supervisor', 'admin']

export function SignInRules() {
  const t = useText()
  const [, go] = useLocation()
  const providers = useList<ShownProvider>('/api/identity-providers')
  return (
    <div className={`${styles.page} ${styles.wholeWidth}`}>
      <header className={styles.head}>
        <h1>{t('admin.signIn')}</h1>
        <ActionButton
          tone="main"
          label={t('admin.providers.new')}
          shortcut="n"
          onAct={() => go('/admin/sign-in/new')}
        />
      </header>
      <p className={styles.lead}>{t('admin.signIn.lead')}</p>
      <SecondFactorRoles />
      <Part title={t('admin.providers')} text={t('admin.providers.text')}>
        <div className={styles.wide}>
          {providers?.length === 0 ? (
            <p className={styles.empty}>{t('admin.providers.empty')}</p>
          ) : (
            <table className={styles.list}>
              <thead>
                <tr>
                  <th scope="col">{t('admin.name')}</th>
                  <th scope="col">{t('admin.provider.issuer')}</th>
                  <th scope="col">{t('admin.state')}</th>
                </tr>
              </thead>
              <tbody>
                {providers?.map(({ id, name, issuer, enabled, lastProblem }) => (
                  <tr key={id}>
                    <td>
                      <Link href={`/admin/sign-in/${id}`}>{name}</Link>
                    </td>
                    <td>{issuer}</td>
                    <td>
                      {!enabled && <span className={styles.pill}>{t('admin.user.disabled')}</span>}
                      {lastProblem !== null && <span className={styles.pill}>{t('admin.provider.problem')}</span>}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </div>
      </Part>
    </div>
  )
}

/** Each choice counts as soon as it is made, which the text says. */
function SecondFactorRoles() {
  const t = useText()
  const client = useQueryClient()
  const { data } = useQuery({ queryKey: [settingsPath], queryFn: () => get<Settings>(settingsPath) })
  const change = useMutation({
    mutationFn: (secondFactorRoles: readonly Role[]) => call<Settings>('PUT', settingsPath, { secondFactorRoles }),
    onSuccess: async (settings) => {
      client.setQueryData([settingsPath], settings)
      // It may be me who needs one now.
      await client.invalidateQueries({ queryKey: ['me'] })
    },
  })
  const chosen = change.isPending ? change.variables : (data?.secondFactorRoles ?? [])
  return (
    <Part title={t('admin.signIn.roles')} text={t('admin.signIn.roles.text')}>
      {roles.map((role) => (
        <Checkbox
          key={role}
          label={t(`admin.role.${role}`)}
          checked={chosen.includes(role)}
          disabled={data === undefined}
          onChange={(event) =>
            change.mutate(event.currentTarget.checked ? [...chosen, role] : chosen.filter((one) => one !== role))
          }
        />
      ))}
      {change.error !== null && (
        <p role="alert" className={styles.wide}>
          {tell(change.error, t)}
        </p>
      )}
    </Part>
  )
}
