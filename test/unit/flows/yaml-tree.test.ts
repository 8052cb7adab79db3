import { describe, expect, it } from 'vitest'
import { readYaml } from '../../../src/flows/yaml-tree.ts'

const messages = (source: string): string[] => readYaml(source).findings.map(({ message }) => message)

/** Each line stands for ten times what the one before does. */
const growing = (lines: number): string =>
  Array.from({ length: lines }, (_, i) =>
    i === 0
      ? 'a0: &a0 [x]'
      : `a${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
  ).join('\n')

describe('aliases', () => {
  it('stand for what was last given that name', () => {
    const { tree, findings } = readYaml('a: &it 1\nb: *it\nc: &it 2\nd: *it')
    expect(findings).toEqual([])
    expect(tree).toMatchObject({
      entries: [1, 1, 2, 2].map((value) => ({ value: { kind: 'scalar', value } })),
    })
  })

  it('are refused where nothing has their name, or only what they stand in', () => {
    expect(messages('a: *it')).toEqual([expect.stringContaining('no `&it` above')])
    expect(messages('a: &it { b: [*it] }')).toEqual([expect.stringContaining('inside of what it stands for')])
  })

  it('that stand for more and more are told before they fill the memory', () => {
    expect(messages(growing(4))).toEqual([])
    expect(messages(growing(6))).toEqual([expect.stringContaining('more than 5000 values')])
  })
})

describe('a file of somebody who means harm', () => {
  it('is looked at no longer than others are: many keys, many values', () => {
    const keys = Array.from({ length: 6_000 }, (_, i) => `k${i}:`).join('\n')
    expect(messages(keys)).toEqual([expect.stringContaining('more than 5000 values')])
    const values = `a:\n${' - x\n'.repeat(6_000)}`
    expect(messages(values)).toEqual([expect.stringContaining('more than 5000 values')])
  })

  it('has no key twice', () => {
    expect(readYaml('a: 1\nb: 2\na: 3').findings).toEqual([
      { code: 'wrong-yaml', severity: 'error', message: 'Map keys must be unique', at: { line: 3, column: 1 } },
    ])
  })
})
