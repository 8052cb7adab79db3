/** Choices and end keys that can't work as written. */
import type { Finding } from '../finding.ts'
import type { Node, Script } from '../script.ts'
import { error, warning } from './findings.ts'

export function checkChoices(script: Script): Finding[] {
  return Object.values(script.nodes).flatMap((node) =>
    node.verb === 'ask' ? ofAsk(script, node) : ofCollect(script, node),
  )
}

function ofAsk(script: Script, node: Extract<Node, { verb: 'ask' }>): Finding[] {
  const unnamed = node.choices.filter(({ label, words }) => !label && !words)
  const silent = node.speech
    ? unnamed.map(({ key, at }) =>
        error('missing-words', at, `choice ${key} can’t be said: give it a \`label:\` or \`words:\``),
      )
    : []
  const partial = node.choices.flatMap(({ key, at, words }) => {
    const missing = words && !words['*'] ? script.languages.filter((language) => !(language in words)) : []
    return missing.length === 0
      ? []
      : [error('missing-language', at, `the words of choice ${key} in ${missing.join(', ')} are missing here`)]
  })
  return [...silent, ...partial]
}

function ofCollect(script: Script, node: Node): Finding[] {
  if (node.verb !== 'collect') return []
  const variable = script.variables[node.variable]
  const unlimited = variable?.type === 'digits' && variable.max === null
  if (unlimited && node.endKey === null)
    return [
      warning(
        'slow-entry',
        node.at,
        `\`${node.id}\` only ends by waiting: add \`end-key:\`, or a \`max:\` to \`${node.variable}\``,
      ),
    ]
  if (node.endKey !== null && node.endKey === node.clearKey)
    return [error('same-key', node.at, '`end-key` and `clear-key` are the same')]
  return []
}
