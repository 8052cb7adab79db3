import { describe, expect, it } from 'vitest'
import { changeOf, idFrom } from '../../../src/web/admin/editing.ts'
import { piecesOf } from '../../../src/web/admin/flows/colours.ts'
import { agentsOf, edited, withQueue, withSkill, type Agent } from '../../../src/web/admin/matrix.ts'
import { intervalsFrom, intervalsIn } from '../../../src/web/admin/opening-words.ts'

describe('opening hours in words', () => {
  it('are read as people write them, and written one way', () => {
    expect(intervalsFrom('9-12, 13:30 – 18')).toEqual([
      { opens: '09:00', closes: '12:00' },
      { opens: '13:30', closes: '18:00' },
    ])
    expect(intervalsFrom('22.30-6; 00:00-24:00')).toEqual([
      { opens: '22:30', closes: '06:00' },
      { opens: '00:00', closes: '24:00' },
    ])
    expect(intervalsIn(intervalsFrom('9-17:05') ?? [])).toBe('09:00–17:05')
    expect(intervalsFrom(' ')).toEqual([])
  })

  it.each(['9', '9-', 'nine-ten', '9-25', '9:60-10', '24-25', '9-12-15', '24:00-6'])('says no to %s', (text) => {
    expect(intervalsFrom(text)).toBeNull()
  })
})

describe('ids from names', () => {
  it.each([
    ['Sales & Support', 'sales-support'],
    ['Română, la telefon', 'romana-la-telefon'],
    ['Łódź', 'lodz'],
    ['Техническая поддержка', 'tehnicheskaya-podderzhka'],
    ['24/7 line', 'line'],
    ['***', ''],
  ])('%s: %s', (name, id) => {
    expect(idFrom(name)).toBe(id)
  })
})

describe('a form', () => {
  it('sends what differs and nothing else', () => {
    const before = { name: 'Sales', priority: 1, overflow: [{ afterMs: 1 }] }
    expect(changeOf(before, { ...before, priority: 2 })).toEqual({ priority: 2 })
    expect(changeOf(before, { ...before, overflow: [{ afterMs: 1 }] })).toEqual({})
  })
})

describe('the sheet of agents', () => {
  const ana: Agent = { id: 'ana', name: 'Ana', skills: { english: 3 }, queueIds: ['sales'] }

  it('forgets an edit that leads back to what was', () => {
    const raised = edited(new Map(), ana, { skills: withSkill(ana, 'english', 5) })
    expect(raised.get('ana')).toEqual({ skills: { english: 5 }, queueIds: ['sales'] })
    const back = edited(raised, ana, { skills: withSkill(raised.get('ana') ?? ana, 'english', 3) })
    expect(back.size).toBe(0)
  })

  it('keeps skills and queues apart', () => {
    const moved = edited(new Map(), ana, { queueIds: withQueue(ana, 'support') })
    const both = edited(moved, ana, { skills: withSkill(moved.get('ana') ?? ana, 'english', 0) })
    expect(both.get('ana')).toEqual({ skills: {}, queueIds: ['sales', 'support'] })
    expect(withQueue(ana, 'sales')).toEqual([])
  })

  it('shows those who are routed to, by name', () => {
    const user = { username: 'x', role: 'agent' as const, enabled: true }
    const agent = { skills: {}, queueIds: [], capacity: { voice: 1 }, interruptible: [], sip: { username: 'x' } }
    expect(
      agentsOf([
        { ...user, id: '1', name: 'Zoe', agent },
        { ...user, id: '2', name: 'Ana', agent },
        { ...user, id: '3', name: 'Off', agent, enabled: false },
        { ...user, id: '4', name: 'Boss', agent: null },
      ]).map(({ name }) => name),
    ).toEqual(['Ana', 'Zoe'])
  })
})

describe('the colours of a line', () => {
  it('tell names, texts and comments apart, and lose no sign', () => {
    const line = '  say: { en: "Hello: # you" } # greets'
    const pieces = piecesOf(line)
    expect(pieces.map(({ text }) => text).join('')).toBe(line)
    expect(pieces.filter(({ kind }) => kind !== 'plain')).toEqual([
      { kind: 'key', text: 'say' },
      { kind: 'key', text: 'en' },
      { kind: 'text', text: '"Hello: # you"' },
      { kind: 'comment', text: '# greets' },
    ])
  })
})
