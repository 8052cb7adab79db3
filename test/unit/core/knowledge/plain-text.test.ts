import { describe, expect, it } from 'vitest'
import { articleAsText } from '../../../../src/core/knowledge/plain-text.ts'

const telling = { most: 200, links: true }

describe('an article as plain text', () => {
  it('keeps what is marked and drops the marks', () => {
    const body =
      '## Steps\n\n* open the **box**\n* see [our page](https://example.org/a "Help")\n\n![A box](box.png)\n> and `that` is it'
    expect(articleAsText({ title: 'How?', body }, telling)).toBe(
      'How?\n\nSteps\n\n- open the box\n- see our page (https://example.org/a)\n\nA box\nand that is it',
    )
    expect(articleAsText({ title: 'A', body: '[x](https://example.org)' }, { most: 200, links: false })).toBe('A.\n\nx')
  })

  it('ends a long one with the last whole sentence', () => {
    const body = 'One sentence here. Another sentence there. And a third that is too long for it.'
    expect(articleAsText({ title: 'T', body }, { most: 50, links: true })).toBe(
      'T.\n\nOne sentence here. Another sentence there. …',
    )
    expect(articleAsText({ title: 'T', body: 'word '.repeat(50) }, { most: 22, links: true })).toBe(
      'T.\n\nword word word word …',
    )
  })

  it('is its title where there is nothing else', () => {
    expect(articleAsText({ title: 'Closed today', body: '' }, telling)).toBe('Closed today.')
  })
})
