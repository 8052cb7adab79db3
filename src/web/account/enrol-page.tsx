/** For whoever's role asks for a second factor that they don't have yet: this comes first, and leads to the desk. */
import { useText } from '../languages/language.ts'
import { useAskAgain } from '../server/session.ts'
import { useOwnSignIn } from './account.ts'
import { AppSection } from './app-section.tsx'
import { BeforeTheDesk } from './before-the-desk.tsx'
import { PasskeySection } from './passkey-section.tsx'
import styles from './account.module.css'

export function EnrolPage() {
  const t = useText()
  const { data: own } = useOwnSignIn()
  const askAgain = useAskAgain()
  return (
    <BeforeTheDesk title={t('account.enrol.title')} text={t('account.enrol.text')}>
      {own !== undefined && (
        <div className={styles.sections}>
          {own.onlyProvider === null && own.passkeysPossible && <PasskeySection own={own} onReady={askAgain} />}
          <AppSection own={own} onReady={askAgain} />
        </div>
      )}
    </BeforeTheDesk>
  )
}
