import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fill, variablesOf } from '../../../../src/core/knowledge/fill.ts'
import { helpfulness, ranked } from '../../../../src/core/knowledge/rank.ts'

const article = (articleId: string, more: object = {}) => ({
  articleId,
  language: 'en',
  match: 0.5,
  helped: 0,
  notHelped: 0,
  ...more,
})

describe('the order of articles', () => {
  it('moves up what helped and down what did not', () => {
    const found = [article('a', { notHelped: 9 }), article('b'), article('c', { helped: 9 })]
    expect(ranked(found, ['en'], 9).map(({ articleId }) => articleId)).toEqual(['c', 'b', 'a'])
  })

  it('is not overturned by one voice against a much better match', () => {
    const found = [article('a', { match: 0.5, notHelped: 1 }), article('b', { match: 0.3, helped: 1 })]
    expect(ranked(found, ['en'], 9)[0]?.articleId).toBe('a')
  })

  it('gives each article once, in the language that is preferred', () => {
    const found = [article('a'), article('a', { language: 'ro' }), article('b', { language: 'pl' })]
    expect(ranked(found, ['ro', 'en'], 9).map(({ articleId, language }) => `${articleId} ${language}`)).toEqual([
      'a ro',
      'b pl',
    ])
  })

  it('rises with every reader who was helped', () => {
    fc.assert(
      fc.property(fc.nat(1_000), fc.nat(1_000), (helped, notHelped) => {
        const now = helpfulness({ helped, notHelped })
        expect(helpfulness({ helped: helped + 1, notHelped })).toBeGreaterThan(now)
        expect(helpfulness({ helped, notHelped: notHelped + 1 })).toBeLessThan(now)
      }),
    )
  })
})

describe('a canned reply', () => {
  it('is filled in, with words in place of what is not known', () => {
    const values = { customer: { name: 'Ana', attributes: { visits: 3 } }, agent: { name: 'Ion' } }
    const text =
      'Hello {{customer.name}}, visit {{ customer.attributes.visits }}. {{customer.company | Dear customer}}! {{order.id}}'
    expect(fill(text, values)).toEqual({
      text: 'Hello Ana, visit 3. Dear customer! {{order.id}}',
      missing: ['order.id'],
    })
    expect(variablesOf(text)).toEqual(['customer.name', 'customer.attributes.visits', 'customer.company', 'order.id'])
  })

  it('reads nothing but what it was given', () => {
    const { text, missing } = fill('{{customer.constructor.name}} {{customer.__proto__.x}}', { customer: {} })
    expect(text).toBe('{{customer.constructor.name}} {{customer.__proto__.x}}')
    expect(missing).toHaveLength(2)
  })
})
