/** An article is looked for, told, and judged by whoever heard or read it. */
import type { ToldArticle } from '../effects.ts'
import type { ArticleNode, Node } from '../script.ts'
import type { Utterance } from '../utterance.ts'
import { articleAsText } from '../../knowledge/plain-text.ts'
import { didThisHelp } from './article-judgement.ts'
import type { Draft } from './draft.ts'
import { changeFrame, emit, isWritten, note, rest } from './draft.ts'
import { valueOf } from './fill.ts'
import { playAndWait } from './input.ts'
import { leaveBy, playLimitMs } from './ways.ts'

const graceMs = 5000
/** Nobody listens longer: about a minute and a half of speech. */
const mostSpoken = 1_200
const mostWritten = 4_000
const mostAsked = 300

export function enterArticle(draft: Draft, node: ArticleNode): void {
  const wanted = 'articleId' in node.wanted ? node.wanted : questionOf(draft, node.wanted.question)
  if (wanted === null) return leaveBy(draft, node, ['unknown', 'next'])
  const { timeoutMs } = node
  const languages = [draft.session.language]
  const effectId = emit(draft, { kind: 'find-article', wanted, languages, timeoutMs })
  rest(draft, { kind: 'awaiting', effectId, repeatable: true, deadline: draft.at + timeoutMs + graceMs })
}

export function onArticleFound(draft: Draft, node: Node, article: ToldArticle | null): void {
  if (node.verb !== 'article') return
  if (article === null) return leaveBy(draft, node, ['unknown', 'next'])
  const { articleId, language } = article
  changeFrame(draft, { told: { articleId, language } })
  note(draft, { kind: 'article-told', nodeId: node.id, articleId, language })
  const words = wordsOf(draft, article)
  if (node.asks) return playAndWait(draft, node, [words, didThisHelp(draft)])
  const { interruptible } = node
  const playId = emit(draft, {
    kind: 'play',
    utterances: [words],
    language: draft.session.language,
    interruptible,
    choices: [],
  })
  rest(draft, { kind: 'saying', playId, interruptible, deadline: draft.at + playLimitMs })
}

function questionOf(draft: Draft, asked: Parameters<typeof valueOf>[1]): { question: string } | null {
  const question = String(valueOf(draft, asked) ?? '').trim()
  return question === '' ? null : { question: question.slice(0, mostAsked) }
}

/** In the article's own language, which need not be the customer's. */
function wordsOf(draft: Draft, { language, title, body }: ToldArticle): Utterance {
  const written = isWritten(draft.session.channel)
  const text = articleAsText(
    { title, body },
    written ? { most: mostWritten, links: true } : { most: mostSpoken, links: false },
  )
  return { kind: 'text', language, text }
}
