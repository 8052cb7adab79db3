/** The agent's desk: work on the left, the conversation in the middle, the customer on the right. */
import { useState } from 'react'
import { ArticleDialog } from '../articles/article-dialog.tsx'
import { Shell } from '../app/shell.tsx'
import type { Me } from '../server/session.ts'
import { Desk } from './desk.tsx'
import { DeskStatus } from './desk-status.tsx'
import { Palette } from './palette.tsx'
import { Today } from './today.tsx'

export function DeskPage({ me }: { me: Me }) {
  const [chosen, setChosen] = useState<string | null>(null)
  const [lookedUp, setLookedUp] = useState<string | null>(null)
  const [article, setArticle] = useState<string | null>(null)
  return (
    <Shell
      me={me}
      status={<DeskStatus />}
      search={<Palette me={me} onChoose={setChosen} onLookUp={setLookedUp} onRead={setArticle} />}
      aside={<Today me={me} />}
    >
      <Desk me={me} chosen={chosen} onChoose={setChosen} lookedUp={lookedUp} onLookUp={setLookedUp} />
      <ArticleDialog id={article} onClose={() => setArticle(null)} />
    </Shell>
  )
}
