/** For whoever's role asks for a second factor that they don't have yet: this comes first, and leads to the desk. */
import { Button } from '@mantine/core'
import { Brand } from '../app/brand.tsx'
import { AppearanceChoice, LanguageChoice } from '../app/choices.tsx'
import { useText } from '../languages/language.ts'
import { useAskAgain, useSignOut } from '../server/session.ts'
import { useOwnSignIn } from './account.ts'
import { AppSection } from './app-section.tsx'
import { PasskeySection } from './passkey-section.tsx'
import styles from './account.module.css'

export function EnrolPage() {
  const t = useText()
  const { data: own } = useOwnSignIn()
  const askAgain = useAskAgain()
  const signOut = useSignOut()
  return (
    <main className={styles.enrol}>
      <div className={styles.card}>
        <Brand />
        <h1>{t('account.enrol.title')}</h1>
        <p>{t('account.enrol.text')}</p>
        {own !== undefined && (
          <div className={styles.sections}>
            {own.onlyProvider === null && own.passkeysPossible && <PasskeySection own={own} onReady={askAgain} />}
            <AppSection own={own} onReady={askAgain} />
          </div>
        )}
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
