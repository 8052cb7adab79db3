import { expect, it } from 'vitest'
import { VisitorCalls } from '../../../../src/channels/chat/visitor-calls.ts'

it('a code leads to few lines, and all codes together leave Asterisk enough for everybody else', () => {
  const calls = new VisitorCalls()
  const first = calls.takeLine('a')
  expect(first).not.toBeNull()
  expect(calls.takeLine('a')).not.toBeNull()
  expect(calls.takeLine('a')).toBeNull()
  first?.()
  expect(calls.takeLine('a')).not.toBeNull()
  const others = Array.from({ length: 2_000 }, (_, i) => calls.takeLine(`code ${i}`))
  expect(others.filter((line) => line !== null)).toHaveLength(998)
  others[0]?.()
  expect(calls.takeLine('b')).not.toBeNull()
  expect(calls.takeLine('c')).toBeNull()
})
