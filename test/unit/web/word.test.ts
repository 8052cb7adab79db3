import { describe, expect, it } from 'vitest'
import { isRestOfWord, lastLetterAfter, type LastLetter } from '../../../src/web/keys/word.ts'

/** Presses one key after another, each `[key, where, milliseconds]`, and says which of them were the rest of a word. */
function rests(...keys: readonly (readonly [string, 'field' | 'page', number])[]): string[] {
  let last: LastLetter = null
  const found: string[] = []
  for (const [name, where, at] of keys) {
    const key = name.replace('ctrl+', '')
    const pressed = { key, isBare: key === name, isInField: where === 'field', at }
    if (isRestOfWord(last, pressed)) found.push(key)
    last = lastLetterAfter(last, pressed)
  }
  return found
}

describe('the rest of a word', () => {
  it('is what follows a letter whose field has gone, for as long as somebody writes on', () => {
    expect(rests(['a', 'field', 0], ['w', 'page', 900], ['e', 'page', 2_000], ['Backspace', 'page', 2_100])).toEqual([
      'w',
      'e',
      'Backspace',
    ])
  })

  it('ends with a pause', () => {
    expect(rests(['a', 'field', 0], ['w', 'page', 1_501], ['e', 'page', 1_502])).toEqual([])
  })

  it.each(['Enter', 'Escape', 'Tab', 'ctrl+k'])('is none after %s: the field was left on purpose', (key) => {
    expect(rests(['a', 'field', 0], [key, 'field', 10], ['w', 'page', 20])).toEqual([])
  })

  it('survives the key for capitals, and is no command with Ctrl', () => {
    expect(rests(['a', 'field', 0], ['Shift', 'field', 10], ['ctrl+k', 'page', 15], ['W', 'page', 20])).toEqual(['W'])
  })

  it('does not begin with a space, which may have ticked a box', () => {
    expect(rests([' ', 'field', 0], ['w', 'page', 20])).toEqual([])
    expect(rests(['a', 'field', 0], [' ', 'field', 10], [' ', 'page', 20], ['w', 'page', 30])).toEqual([' ', 'w'])
  })

  it('is no arrow, and nothing where nobody has written', () => {
    expect(rests(['w', 'page', 0], ['a', 'field', 10], ['ArrowDown', 'page', 20])).toEqual([])
  })
})
