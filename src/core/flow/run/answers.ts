/** What an input node makes of keys and words: an answer, more to come, or nothing of use. */
import type { Choice } from '../effects.ts'
import { renderText } from '../render.ts'
import type { ArticleNode, AskNode, CollectNode, InputNode, SurveyNode } from '../script.ts'
import type { Json } from '../session.ts'
import type { Draft } from './draft.ts'
import { scriptOf } from './draft.ts'
import { entryOfWords, entryValue, fullLength } from './entry.ts'
import { fillText } from './fill.ts'
import { matchKeys, matchWords } from './match.ts'
import type { Option } from './match.ts'

/** `entry` is what the customer gave, for the history. `skipKey`: an end key that may still follow a full entry. */
export type Answer =
  | { kind: 'choice'; key: string; entry: string; rest: string }
  | { kind: 'value'; value: Json; entry: string; rest: string; skipKey: string | null }
  | { kind: 'more' }
  | { kind: 'wrong'; reason: 'no-match' | 'invalid'; entry: string }

/** `final`: nothing more will be typed. */
export function answerOfKeys(draft: Draft, node: InputNode, typed: string, final: boolean): Answer {
  switch (node.verb) {
    case 'ask':
    case 'survey':
    case 'article': {
      const match = matchKeys(keysOf(node), typed)
      if (match.kind === 'match') return { kind: 'choice', entry: match.key, key: match.key, rest: match.rest }
      if (match.kind === 'none') return { kind: 'wrong', reason: 'no-match', entry: typed }
      if (!final) return { kind: 'more' }
      if (match.exact === null) return { kind: 'wrong', reason: 'no-match', entry: typed }
      return { kind: 'choice', entry: match.exact, key: match.exact, rest: '' }
    }
    case 'collect':
      return collected(draft, node, typed, final)
    case 'listen':
      return { kind: 'more' }
  }
}

export function answerOfWords(draft: Draft, node: InputNode, said: string): Answer {
  switch (node.verb) {
    case 'ask':
    case 'survey':
    case 'article': {
      const key = matchWords(optionsOf(draft, node), said)
      if (key === null) return { kind: 'wrong', reason: 'no-match', entry: said }
      return { kind: 'choice', key, entry: said, rest: '' }
    }
    case 'collect': {
      const variable = variableOf(draft, node)
      const entry = entryOfWords(said, variable)
      const value = entryValue(entry, variable)
      if (value === undefined) return { kind: 'wrong', reason: 'invalid', entry }
      return { kind: 'value', value, entry, rest: '', skipKey: null }
    }
    case 'listen':
      return { kind: 'value', value: said.trim(), entry: said.trim(), rest: '', skipKey: null }
  }
}

/** Keys pressed before a menu was reached are kept if they may be meant for it. */
export function canUse(node: InputNode, typed: string): boolean {
  if (node.verb === 'listen') return false
  return node.verb === 'collect' || matchKeys(keysOf(node), typed).kind !== 'none'
}

export function buttonsOf(draft: Draft, node: InputNode): Choice[] {
  if (node.verb === 'survey') return keysOf(node).map((key) => ({ key, label: key }))
  if (node.verb === 'article') return judgements(draft).map(({ key, words: [label = key] }) => ({ key, label }))
  if (node.verb !== 'ask') return []
  return node.choices.map((choice) => ({ key: choice.key, label: labelOf(draft, choice) ?? choice.key }))
}

export function hintsOf(draft: Draft, node: InputNode): string[] {
  if (node.verb === 'ask') return optionsOf(draft, node).flatMap(({ words }) => words)
  return node.verb === 'listen' ? [...(node.hints[draft.session.language] ?? node.hints['*'] ?? [])] : []
}

export const helpedKey = '1'
const notHelpedKey = '2'

function judgements({ library, session: { language } }: Draft): Option[] {
  // The label as a whole, or the yes or no that it begins with.
  const option = (key: string, label: string): Option => ({ key, words: [label, label.split(',')[0] ?? label] })
  return [
    option(helpedKey, library.systemText('it-helped', language)),
    option(notHelpedKey, library.systemText('it-did-not-help', language)),
  ]
}

function keysOf(node: AskNode | SurveyNode | ArticleNode): string[] {
  if (node.verb === 'article') return [helpedKey, notHelpedKey]
  if (node.verb === 'ask') return node.choices.map(({ key }) => key)
  return Array.from({ length: node.to - node.from + 1 }, (_, index) => String(node.from + index))
}

function optionsOf(draft: Draft, node: AskNode | SurveyNode | ArticleNode): Option[] {
  if (node.verb === 'article') return judgements(draft)
  if (node.verb === 'survey') return keysOf(node).map((key) => ({ key, words: [] }))
  return node.choices.map((choice) => {
    const label = labelOf(draft, choice)
    const words = [...(choice.words?.[draft.session.language] ?? []), ...(choice.words?.['*'] ?? [])]
    return { key: choice.key, words: label === null ? words : [label, ...words] }
  })
}

function labelOf(draft: Draft, { label }: AskNode['choices'][number]): string | null {
  return label && renderText(fillText(draft, label))
}

function variableOf(draft: Draft, node: CollectNode) {
  const variable = scriptOf(draft).variables[node.variable]
  if (!variable) throw new Error(`there is no variable ${node.variable}`)
  return variable
}

function collected(draft: Draft, node: CollectNode, typed: string, final: boolean): Answer {
  const variable = variableOf(draft, node)
  const full = fullLength(variable)
  let entry = ''
  for (const [index, key] of [...typed].entries()) {
    const rest = typed.slice(index + 1)
    if (key === node.endKey) return complete(entry, rest, null)
    if (key === node.clearKey) entry = ''
    else if (/\d/.test(key)) entry += key
    if (entry.length >= full) {
      const ended = node.endKey !== null && rest.startsWith(node.endKey)
      return complete(entry, ended ? rest.slice(1) : rest, ended || rest !== '' ? null : node.endKey)
    }
  }
  return final ? complete(entry, '', null) : { kind: 'more' }

  function complete(whole: string, rest: string, skipKey: string | null): Answer {
    const value = entryValue(whole, variable)
    if (value === undefined) return { kind: 'wrong', reason: 'invalid', entry: whole }
    return { kind: 'value', value, entry: whole, rest, skipKey }
  }
}
