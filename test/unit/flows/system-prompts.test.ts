import { describe, expect, it } from 'vitest'
import { systemPrompts } from '../../../src/core/flow/session.ts'
import { systemLanguages, systemText } from '../../../src/flows/system-prompts/system-texts.ts'

describe('the system’s prompts', () => {
  it('are there in five languages, each in its own words', () => {
    expect(systemLanguages).toEqual(['en', 'ro', 'pl', 'id', 'ru'])
    for (const prompt of systemPrompts) {
      const texts = systemLanguages.map((language) => systemText(prompt, language))
      expect(texts.every((text) => text.length > 3)).toBe(true)
      expect(new Set(texts).size).toBe(5)
    }
  })

  it.each([
    ['en', 1, '1 minute.'],
    ['en', 3, '3 minutes.'],
    ['ro', 1, '1 minut.'],
    ['ro', 3, '3 minute.'],
    ['ro', 20, '20 de minute.'],
    ['pl', 1, '1 minutę.'],
    ['pl', 3, '3 minuty.'],
    ['pl', 5, '5 minut.'],
    ['id', 5, '5 menit.'],
    ['ru', 1, '1 минута.'],
    ['ru', 3, '3 минуты.'],
    ['ru', 11, '11 минут.'],
    ['ru', 21, '21 минута.'],
  ])('count minutes as %s does: %i', (language, minutes, text) => {
    expect(systemText('estimated-wait', language, { minutes })).toContain(text)
  })

  it('name the position and the key', () => {
    expect(systemText('queue-position', 'en', { position: 4 })).toBe('You are number 4 in line.')
    expect(systemText('press-for-callback', 'ro', { key: 2 })).toContain('apăsați 2')
  })

  it('serve a dialect by its language, and other languages by English', () => {
    expect(systemText('goodbye', 'ro-MD')).toBe(systemText('goodbye', 'ro'))
    expect(systemText('goodbye', 'fi')).toBe(systemText('goodbye', 'en'))
  })
})
