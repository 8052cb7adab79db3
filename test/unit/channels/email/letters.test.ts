import { describe, expect, it } from 'vitest'
import { letterLanguage } from '../../../../src/channels/email/letter-words.ts'
import { answer, leftMessage, replyNotice, transcript } from '../../../../src/channels/email/letters.ts'

const style = { organisation: 'Acme & Sons', language: 'ro', timezone: 'Europe/Bucharest' }
const at = Date.UTC(2026, 2, 2, 8, 5)
const evil = '<script>alert("1")</script>\n& more'
const said = [
  { at, from: 'flow' as const, text: 'Bună ziua', files: [], agent: null },
  {
    at,
    from: 'customer' as const,
    text: evil,
    files: [{ id: '1', name: 'a<b>.png', type: 'image/png', bytes: 1 }],
    agent: null,
  },
  { at, from: 'agent' as const, text: 'Da', files: [], agent: 'Ana' },
]

describe('letters', () => {
  it('tell a conversation in the language of its visitor, and nothing that was written is markup', () => {
    const { subject, text, html } = transcript(said, style)
    expect(subject).toBe('Conversația dumneavoastră cu Acme & Sons')
    expect(text).toContain('Dumneavoastră, 2 mar. 2026, 10:05:\n<script>alert("1")</script>\n& more\nFișiere: a<b>.png')
    expect(text).toContain('Ana, 2 mar. 2026, 10:05:\nDa')
    expect(html).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;<br>&amp; more<br>Fișiere: a&lt;b&gt;.png')
    expect(html).not.toMatch(/<script|<b>|Acme & Sons/)
    expect(html).toContain('<html lang="ro">')
  })

  it('tell that there is an answer, and where', () => {
    const letter = replyNotice(said.slice(2), 'https://shop.example.org/help', { ...style, language: 'en' })
    expect(letter.subject).toBe('Ana has answered you')
    expect(letter.text).toContain('where you began it. https://shop.example.org/help')
  })

  it('tell the centre what was left, and by whom', () => {
    const left = { name: null, address: 'maria@example.org', text: evil, files: ['plan.pdf'] }
    const letter = leftMessage(left, { ...style, language: 'en' })
    expect(letter.subject).toBe('Message from maria@example.org')
    expect(letter.text).toContain('An answer to this mail goes to maria@example.org.')
    expect(letter.html).not.toContain('<script')
    expect(answer(evil, style).html).not.toContain('<script')
  })

  it('speak English to whoever speaks what we don’t', () => {
    expect(['ro-RO', 'PL', 'xx_$$', '', null, 'toString', '__proto__'].map(letterLanguage)).toEqual([
      'ro',
      'pl',
      'en',
      'en',
      'en',
      'en',
      'en',
    ])
  })
})
