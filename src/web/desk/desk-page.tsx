/** The agent's desk: work on the left, the conversation in the middle, the customer on the right. */
import { Shell } from '../app/shell.tsx'
import { useText } from '../languages/language.ts'
import type { Me } from '../server/session.ts'

export function DeskPage({ me }: { me: Me }) {
  const t = useText()
  return (
    <Shell me={me}>
      <h1>{t('nav.desk')}</h1>
    </Shell>
  )
}
