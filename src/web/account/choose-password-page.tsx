/** For whoever came in with a password that somebody else has given: theirs comes first, and leads to the desk. */
import { useText } from '../languages/language.ts'
import { useAskAgain } from '../server/session.ts'
import { BeforeTheDesk } from './before-the-desk.tsx'
import { PasswordSection } from './password-section.tsx'

export function ChoosePasswordPage() {
  const t = useText()
  const askAgain = useAskAgain()
  return (
    <BeforeTheDesk title={t('account.choose.title')} text={t('account.choose.text')}>
      <PasswordSection onChanged={askAgain} />
    </BeforeTheDesk>
  )
}
