/**
 * A field may go while somebody writes in it, with the call that it was about. What they press next is the rest of a word and no
 * command. Pure.
 */

/** So long after their last letter somebody is still in the middle of a word. */
const wordMs = 1_500
const leavesField: ReadonlySet<string> = new Set(['Enter', 'Escape', 'Tab'])

/** `at`: in milliseconds of any one clock. */
type Pressed = Readonly<{ key: string; isBare: boolean; isInField: boolean; at: number }>

/** When the last letter of a word was written whose field nobody has left on purpose since; null: there is none. */
export type LastLetter = number | null

export function isRestOfWord(last: LastLetter, { key, isBare, isInField, at }: Pressed): boolean {
  return last !== null && isBare && !isInField && isLetter(key) && at - last <= wordMs
}

export function lastLetterAfter(last: LastLetter, pressed: Pressed): LastLetter {
  const { key, isBare, isInField, at } = pressed
  if (isRestOfWord(last, pressed)) return at
  if (!isInField) return last
  if (!isBare || leavesField.has(key)) return null
  // A space alone may have ticked a box.
  return isLetter(key) && key !== ' ' ? at : last
}

const isLetter = (key: string): boolean => key.length === 1 || key === 'Backspace'
