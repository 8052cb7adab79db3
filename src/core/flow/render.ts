/** Utterances as words: to be shown in a chat, or spoken by text to speech. */
import type { Medium } from './format.ts'
import { dateText, digitsText, moneyText, numberText, timeText } from './format.ts'
import type { Choice } from './effects.ts'
import type { Utterance } from './utterance.ts'

/** For written channels. A recorded sound has no words, so a text of its own belongs beside it (`text:`). */
export function renderText(utterances: readonly Utterance[]): string {
  return joined(utterances, 'written')
}

/** For text to speech, one utterance at a time; null for a recorded file. */
export function spokenWords(utterance: Utterance): string | null {
  return wordsOf(utterance, 'spoken')
}

/** Choices for a channel without buttons: one line each. */
export function renderChoices(choices: readonly Choice[]): string {
  return choices.map(({ key, label }) => (label === key ? key : `${key} – ${label}`)).join('\n')
}

function joined(utterances: readonly Utterance[], medium: Medium): string {
  return utterances
    .map((utterance) => wordsOf(utterance, medium) ?? '')
    .filter((words) => words !== '')
    .join(' ')
    .replace(/[ \t]+([.,;!?])/g, '$1')
}

function wordsOf(utterance: Utterance, medium: Medium): string | null {
  const { language } = utterance
  switch (utterance.kind) {
    case 'text':
      return utterance.text.trim()
    case 'sound':
      return null
    case 'digits':
      return digitsText(utterance.digits, medium)
    case 'number':
      return numberText(utterance.value, language)
    case 'date':
      return dateText(utterance.date, language)
    case 'time':
      return timeText(utterance.time, language)
    case 'money':
      return moneyText(utterance.amount, utterance.currency, { language, medium })
  }
}
