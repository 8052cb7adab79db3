import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { readFlow } from '../../../src/flows/load.ts'
import { readConversations } from '../../../src/flows/conversations/conversation.ts'

const reference = readFileSync(new URL('../../../docs/flow-reference.md', import.meta.url), 'utf8')
const blocks = [...reference.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml = '']) => yaml)
const declared = blocks.find((block) => block.startsWith('vars:')) ?? ''
const nodeBlocks = blocks.filter((block) => /^[a-z-]+:\n/.test(block) && !block.startsWith('vars:'))

/** What the examples read besides what the page declares. */
const alsoThere = `  score: { type: number, default: 1 }
  expiry: { type: digits, secret: true, input: true }
  code: { type: digits, secret: true, input: true }
`

/** An example on its own: everything it reads is given, everything it leads to hangs up. */
function wrapped(block: string): string {
  const nodes = parseYaml(block) as Record<string, unknown>
  const ways = [...block.matchAll(/(?:next|else|[a-z0-9"-]+): ([a-z][a-z-]*)(?=\s*[,}\n])/g)].map(([, way = '']) => way)
  const stubs = [...new Set(ways)].filter((way) => !(way in nodes) && way !== 'end')
  const given = declared.replaceAll(/type: (\w+)/g, 'type: $1, input: true')
  return `flow: example
languages: [en, ro]
prompts: { thanks: { en: Thanks, ro: Mulțumim } }
start: ${Object.keys(nodes)[0] ?? ''}
${given}${alsoThere}nodes:
${[...block.trimEnd().split('\n'), ...stubs.map((stub) => `${stub}: { hang-up: normal }`)].map((line) => `  ${line}`).join('\n')}
`
}

const harmless = ['unused-variable', 'unreachable', 'slow-entry']

describe('the flow reference', () => {
  it.each(nodeBlocks.map((block) => [block.split('\n')[0], block]))(
    'has an example that holds: %s',
    (_, block = '') => {
      const { script, findings } = readFlow(wrapped(block))
      expect(findings.filter(({ code }) => !harmless.includes(code))).toEqual([])
      expect(script).not.toBeNull()
    },
  )

  it('has a whole flow without findings', () => {
    const [flow = ''] = blocks.filter((block) => /^flow: /m.test(block))
    expect(readFlow(flow)).toMatchObject({ findings: [], script: { id: 'opening-hours' } })
  })

  it('has a conversation of the right form', () => {
    const [conversation = ''] = blocks.filter((block) => block.startsWith('- name:'))
    expect(readConversations(conversation)).toHaveLength(1)
  })

  it('shows every verb, and explains every code that the checker knows', async () => {
    const { verbNames } = await import('../../../src/core/flow/parse/node-reader.ts')
    const shown = nodeBlocks.flatMap((block) => Object.values(parseYaml(block) as object).flatMap(Object.keys))
    expect(verbNames.filter((verb) => !shown.includes(verb) || !reference.includes(`### ${verb}\n`))).toEqual([])
    const { readdirSync } = await import('node:fs')
    const folder = new URL('../../../src/core/flow/', import.meta.url)
    const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /^(check|parse)\/.*\.ts$/.test(name))
      .map((name) => readFileSync(new URL(name, folder), 'utf8'))
      .join('\n')
    const codes = [...sources.matchAll(/(?:error|warning|problem)\(\s*(?:reading,\s*)?'([a-z-]+)'/g)].map(
      ([, code = '']) => code,
    )
    expect(codes.length).toBeGreaterThan(40)
    expect([...new Set(codes)].filter((code) => !reference.includes(`\`${code}\``))).toEqual([])
  })
})
