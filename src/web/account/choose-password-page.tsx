/** For whoever came in with a password that somebody else has given: theirs comes first, and leads to the desk. */
import { Button } from '@mantine/core'
import { Brand } from '../app/brand.tsx'
import { AppearanceChoice, LanguageChoice } from '../app/choices.tsx'
import { useText } from '../languages/language.ts'
import { useAskAgain, useSignOut } from '../server/session.ts'
import { PasswordSection } from './password-section.tsx'
import styles from './account.module.css'

export function ChoosePasswordPage() {
  const t = useText()
  const askAgain = useAskAgain()
  const signOut = useSignOut()
  return (
    <main className={styles.enrol}>
      <div className={styles.card}>
        <Brand />
        <h1>{t('account.choose.title')}</h1>
        <p>{t('account.choose.text')}</p>
        <PasswordSection onChanged={askAgain} />
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
