import { describe, expect, it } from 'vitest'
import { damagedMessages, tortureMessages } from '../../peers/torture.ts'

const message = (name: string) => tortureMessages().find((one) => one.name === name)?.bytes ?? Buffer.alloc(0)

describe('the torture messages', () => {
  it('are the 49 of RFC 4475, none twice', () => {
    expect(new Set(tortureMessages().map(({ name }) => name)).size).toBe(49)
    expect(new Set(tortureMessages().map(({ section }) => section)).size).toBe(49)
  })

  it('are without the marks of the RFC', () => {
    for (const { name, bytes } of tortureMessages())
      expect(bytes.toString('latin1'), name).not.toMatch(/<allOneLine>|<hex>|<repeat|[^\r]\n/)
    expect(message('intmeth').includes(Buffer.from('D180D0B0', 'hex'))).toBe(true)
    expect(message('longreq').toString()).toContain('extreme'.repeat(10))
    expect(message('escnull').toString()).toMatch(/^REGISTER sip:example\.com SIP\/2\.0\r\n[\s\S]*L:0\r\n\r\n$/)
  })

  it('are damaged in the same way each time', () => {
    const valid = tortureMessages().map(({ bytes }) => bytes)
    const [first, second] = [1, 2].map(() => [...damagedMessages(valid, 200, 7)])
    expect(first).toEqual(second)
    expect(first).not.toEqual([...damagedMessages(valid, 200, 8)])
  })
})
