/** Who I am here, how the page looks and speaks, and the way out. */
import { Menu, UnstyledButton, useMantineColorScheme, type MantineColorScheme } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import { languages, speak, useLanguage, useText } from '../languages/language.ts'
import { useSignOut, type Me } from '../server/session.ts'
import styles from './account-menu.module.css'

const Account = lazy(() => import('../account/account-page.tsx').then(({ AccountPage }) => ({ default: AccountPage })))

const appearances = ['auto', 'light', 'dark'] as const

export function AccountMenu({ me }: { me: Me }) {
  const t = useText()
  const language = useLanguage()
  const signOut = useSignOut()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const [isOpen, setIsOpen] = useState(false)
  return (
    <>
      <Menu position="bottom-end" width={240} withinPortal>
        <Menu.Target>
          <UnstyledButton aria-label={t('account.menu', { name: me.name })}>
            <span className={styles.initials} data-initials={initialsOf(me.name)} />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{me.name}</Menu.Label>
          <Menu.Item onClick={() => setIsOpen(true)}>{t('account.title')}</Menu.Item>
          <Menu.Divider />
          <Menu.Label>{t('account.appearance')}</Menu.Label>
          <Menu.RadioGroup
            value={colorScheme}
            onChange={(appearance) => setColorScheme(appearance as MantineColorScheme)}
          >
            {appearances.map((appearance) => (
              <Menu.RadioItem key={appearance} value={appearance} closeMenuOnClick>
                {t(`account.appearance.${appearance}`)}
              </Menu.RadioItem>
            ))}
          </Menu.RadioGroup>
          <Menu.Label>{t('account.language')}</Menu.Label>
          <Menu.RadioGroup value={language} onChange={(tag) => void speak(tag)} aria-label={t('account.language')}>
            {languages.map(({ tag, name }) => (
              <Menu.RadioItem key={tag} value={tag} lang={tag} closeMenuOnClick>
                {name}
              </Menu.RadioItem>
            ))}
          </Menu.RadioGroup>
          <Menu.Divider />
          <Menu.Item onClick={() => signOut.mutate()}>{t('account.signOut')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {isOpen && (
        <Suspense>
          <Account onClose={() => setIsOpen(false)} />
        </Suspense>
      )}
    </>
  )
}

const initialsOf = (name: string): string =>
  name
    .split(/\s+/)
    .map((word) => word.charAt(0))
    .filter((_, i, all) => i === 0 || i === all.length - 1)
    .join('')
