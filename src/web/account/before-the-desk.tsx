/** A page of one thing that must be done before the desk opens; whoever would rather not signs out. */
import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { Brand } from '../app/brand.tsx'
import { AppearanceChoice, LanguageChoice } from '../app/choices.tsx'
import { useText } from '../languages/language.ts'
import { useSignOut } from '../server/session.ts'
import styles from './account.module.css'

type BeforeTheDeskProps = Readonly<{ title: string; text: string; children: ReactNode }>

export function BeforeTheDesk({ title, text, children }: BeforeTheDeskProps) {
  const t = useText()
  const signOut = useSignOut()
  return (
    <main className={styles.enrol}>
      <div className={styles.card}>
        <Brand />
        <h1>{title}</h1>
        <p>{text}</p>
        {children}
        <div className={styles.actions}>
          <Button variant="subtle" onClick={() => signOut.mutate()}>
            {t('account.signOut')}
          </Button>
        </div>
      </div>
      <footer className={styles.foot}>
        <LanguageChoice />
        <AppearanceChoice />
      </footer>
    </main>
  )
}
