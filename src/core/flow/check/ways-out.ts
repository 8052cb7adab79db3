/** Everything that can happen at a node needs a way out: time-outs, errors, a full queue, and simply going on. */
import { assertNever } from '../../assert-never.ts'
import type { Finding } from '../finding.ts'
import type { Node, Script } from '../script.ts'
import { error } from './findings.ts'

export function checkWaysOut(script: Script): Finding[] {
  return Object.values(script.nodes).flatMap((node) => missing(node, script.onError !== null))
}

/** `caught`: the flow says where errors go. */
function missing(node: Node, caught: boolean): Finding[] {
  const onError = caught ? [] : ['error']
  switch (node.verb) {
    case 'ask':
      return unanswered(node, 'no-match')
    case 'collect':
      return [...unanswered(node, 'invalid'), ...deadEnd(node)]
    case 'listen':
    case 'survey':
      return [...unanswered(node, 'no-match'), ...deadEnd(node)]
    case 'article': {
      const judged = node.asks
        ? [
            ...unanswered(node, 'no-match'),
            ...(node.next ? [] : needs(node, ['helped', 'not-helped'], 'unhandled', 'may help or not')),
          ]
        : deadEnd(node)
      return [...judged, ...(node.next ? [] : needs(node, ['unknown'], 'unhandled', 'may find nothing'))]
    }
    case 'branch':
      return node.otherwise
        ? []
        : [error('dead-end', node.at, `\`${node.id}\` has no \`else:\` for when nothing holds`)]
    case 'hours':
      return node.next ? [] : needs(node, ['open', 'closed'], 'unhandled', 'is open or closed')
    case 'customer':
      return node.next ? [] : needs(node, ['found', 'unknown'], 'unhandled', 'finds somebody or nobody')
    case 'http':
      return [...needs(node, onError, 'unhandled-error', 'fails or takes too long'), ...deadEnd(node)]
    case 'pay': {
      const ways = needs(node, ['declined', ...onError], 'unhandled-error', 'is declined or fails')
      return [...ways, ...deadEnd(node)]
    }
    case 'enqueue':
      return [...needs(node, ['timeout', 'full'], 'unhandled-timeout', 'keeps nobody for ever'), ...keyWays(node)]
    case 'transfer':
      return needs(node, ['failed'], 'unhandled-error', 'may not be answered')
    case 'callback':
      return [...needs(node, ['refused'], 'unhandled', 'may be refused'), ...deadEnd(node)]
    case 'say':
    case 'set':
    case 'language':
    case 'voicemail':
    case 'flow':
      return deadEnd(node)
    case 'hang-up':
    case 'end':
      return []
    default:
      return assertNever(node)
  }
}

function deadEnd(node: Node): Finding[] {
  if (node.next) return []
  return [error('dead-end', node.at, `\`${node.id}\` leads nowhere: add \`next:\` (\`next: end\` finishes the flow)`)]
}

function needs(node: Node, names: readonly string[], code: string, because: string): Finding[] {
  const absent = names.filter((name) => !(name in node.on))
  if (absent.length === 0) return []
  const ways = absent.map((name) => `\`${name}\``).join(' and ')
  return [error(code, node.at, `\`${node.id}\` ${because}: add ${ways} under \`on:\``)]
}

/** Silence and mistakes: `give-up` for both, or one way each. */
function unanswered(node: Node, mistake: string): Finding[] {
  if (node.on['give-up'] || (node.on['timeout'] && node.on[mistake])) return []
  const ways = `\`give-up\`, or both \`timeout\` and \`${mistake}\``
  return [error('unhandled-timeout', node.at, `\`${node.id}\` may get no answer: add ${ways} under \`on:\``)]
}

function keyWays(node: Extract<Node, { verb: 'enqueue' }>): Finding[] {
  const offered = [
    ...(node.callbackKey === null ? [] : ['callback']),
    ...(node.voicemailKey === null ? [] : ['voicemail']),
  ]
  const same = node.callbackKey !== null && node.callbackKey === node.voicemailKey
  const clash = same ? [error('same-key', node.at, `\`callback-key\` and \`voicemail-key\` are the same`)] : []
  return [...needs(node, offered, 'unhandled', 'offers a key'), ...clash]
}
