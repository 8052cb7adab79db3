/** Whether an article helped: the question, and what its answer leads to. */
import type { ArticleNode } from '../script.ts'
import type { Utterance } from '../utterance.ts'
import type { Draft } from './draft.ts'
import { frameOf, isWritten, note } from './draft.ts'
import { leaveBy, systemUtterance } from './ways.ts'

export function didThisHelp(draft: Draft): Utterance {
  return systemUtterance(draft, isWritten(draft.session.channel) ? 'did-this-help-written' : 'did-this-help')
}

export function judgeArticle(draft: Draft, node: ArticleNode, helped: boolean): void {
  const { told } = frameOf(draft)
  if (told !== undefined) note(draft, { kind: 'article-judged', nodeId: node.id, ...told, helped })
  leaveBy(draft, node, [helped ? 'helped' : 'not-helped', 'next'])
}
