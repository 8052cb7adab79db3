import { describe, expect, it } from 'vitest'
import { Phone, flow } from './phone.ts'

const article = { articleId: 'returns', language: 'en', title: 'Returns', body: 'Within **30 days**.' }
const ways = 'on: { helped: bye, not-helped: person, unknown: two, give-up: bye }'
const returns = flow(`one: { article: { id: returns }, ${ways} }\ntwo: { say: Nothing found, next: bye }`)

function told(yaml = returns, start: ConstructorParameters<typeof Phone>[1] = {}): Phone {
  const phone = new Phone(yaml, start)
  const { effectId } = phone.effect('find-article')
  return phone.send({ kind: 'article-found', effectId, article })
}

describe('an article', () => {
  it('is told without markup, and whoever heard it says whether it helped', () => {
    const phone = told()
    expect(phone.said()).toBe('Returns.\n\nWithin 30 days. Did this help you? For yes, press 1. For no, press 2.')
    phone.listened().press('1')
    expect(phone.node()).toBe('bye')
    expect(phone.notes('article-told')).toMatchObject([{ nodeId: 'one', articleId: 'returns', language: 'en' }])
    expect(phone.notes('article-judged')).toMatchObject([{ articleId: 'returns', language: 'en', helped: true }])
  })

  it('has buttons in writing, and takes a word for an answer', () => {
    const phone = told(returns, { channel: 'chat' })
    expect(phone.effect('play').choices).toEqual([
      { key: '1', label: 'Yes, it helped' },
      { key: '2', label: 'No, not really' },
    ])
    phone.listened().send({ kind: 'words', text: 'No!' })
    expect(phone.node()).toBe('person')
    expect(phone.notes('article-judged')).toMatchObject([{ helped: false }])
  })

  it('asks again without telling it again, and gives up', () => {
    const phone = told().listened().silence()
    expect(phone.said()).toBe('Sorry, we did not get an answer. Did this help you? For yes, press 1. For no, press 2.')
    phone.listened().silence().listened().silence()
    expect(phone.node()).toBe('bye')
    expect(phone.notes('article-judged')).toEqual([])
  })

  it('that is not there, or that nobody finds, leads on', () => {
    const phone = new Phone(returns)
    phone.send({ kind: 'article-found', effectId: phone.effect('find-article').effectId, article: null })
    expect(phone.node()).toBe('two')
    expect(new Phone(returns).silence().node()).toBe('two')
    const failing = new Phone(returns)
    failing.send({ kind: 'look-up-failed', effectId: failing.effect('find-article').effectId, reason: 'away' })
    expect(failing.node()).toBe('two')
  })

  it('answers a question, and nothing when nothing was asked', () => {
    const about = (wish: string) =>
      flow(
        `one: { article: { about: wish }, ${ways} }\ntwo: { say: Nothing found, next: bye }`,
        `vars: { wish: { type: text, default: "${wish}" } }`,
      )
    expect(new Phone(about('send it back')).effect('find-article')).toMatchObject({
      wanted: { question: 'send it back' },
      languages: ['en'],
    })
    expect(new Phone(about(' ')).node()).toBe('two')
  })

  it('is only told where nobody is asked', () => {
    const phone = told(flow('one: { article: { id: returns }, ask-helped: false, next: bye }'))
    expect(phone.said()).toBe('Returns.\n\nWithin 30 days.')
    phone.listened()
    expect(phone.node()).toBe('bye')
  })

  it('is looked for again after a crash', () => {
    const phone = told().crash()
    expect(phone.effect('find-article')).toMatchObject({ wanted: { articleId: 'returns' } })
  })
})
