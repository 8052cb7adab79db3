/** Letters as they are read: plain text, and the same as HTML in which nothing that somebody wrote is markup. */
import type { Instant } from '../../core/ids.ts'
import type { ThreadMessage } from '../port.ts'
import { fill, letterWords, type LetterWords } from './letter-words.ts'

export type Letter = Readonly<{ subject: string; text: string; html: string }>

type Line = Readonly<{ at: Instant | null; who: string; text: string; files: readonly string[] }>
type Parts = Readonly<{ subject: string; intro: string; lines: readonly Line[]; outro: readonly string[] }>

export type LetterStyle = Readonly<{
  organisation: string | null
  /** As `letterLanguage` says. */
  language: string
  /** IANA name. */
  timezone: string
}>

type Said = Pick<ThreadMessage, 'at' | 'from' | 'text' | 'files'> & Readonly<{ agent: string | null }>

export function transcript(messages: readonly Said[], style: LetterStyle): Letter {
  const words = letterWords(style.language)
  const organisation = style.organisation ?? words.somebody
  return inWriting(style, {
    subject: fill(words.transcriptSubject, { organisation }),
    intro: fill(words.transcriptIntro, { organisation }),
    lines: messages.map((message) => lineOf(message, words)),
    outro: [words.wanted],
  })
}

/** `page`: where the chat is on the site; null: not known. */
export function replyNotice(messages: readonly Said[], page: string | null, style: LetterStyle): Letter {
  const words = letterWords(style.language)
  const agent = messages.findLast((message) => message.agent !== null)?.agent ?? words.somebody
  return inWriting(style, {
    subject: fill(words.replySubject, { agent }),
    intro: fill(words.replyIntro, { agent }),
    lines: messages.map((message) => lineOf(message, words)),
    outro: [page === null ? words.replyOutro : `${words.replyOutro} ${page}`, words.notified],
  })
}

/** What an agent writes, as a mail of its own. */
export function answer(text: string, style: LetterStyle): Letter {
  const words = letterWords(style.language)
  const organisation = style.organisation ?? words.somebody
  const subject = fill(words.answerSubject, { organisation })
  return { subject, text: `${text}\n`, html: page(style, `<p>${escaped(text)}</p>`) }
}

/** For the centre: what a visitor left in the form. */
export function leftMessage(
  left: Readonly<{ name: string | null; address: string; text: string; files: readonly string[] }>,
  style: LetterStyle,
): Letter {
  const words = letterWords(style.language)
  const { name, address, text, files } = left
  const who = name ?? address
  return inWriting(style, {
    subject: fill(words.leftSubject, { name: who }),
    intro: fill(words.leftIntro, { address }),
    lines: [{ at: null, who, text, files: files.length === 0 ? [] : [fill(words.files, { names: files.join(', ') })] }],
    outro: [],
  })
}

function lineOf({ at, from, text, files, agent }: Said, words: LetterWords): Line {
  const who = from === 'customer' ? words.you : from === 'agent' ? (agent ?? words.somebody) : words.assistant
  const names = files.map(({ name }) => name)
  return { at, who, text, files: names.length === 0 ? [] : [fill(words.files, { names: names.join(', ') })] }
}

function inWriting(style: LetterStyle, { subject, intro, lines, outro }: Parts): Letter {
  const clock = new Intl.DateTimeFormat(style.language, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: style.timezone,
  })
  const said = lines.map(({ at, who, text, files }) => ({
    who: at === null ? who : `${who}, ${clock.format(at)}`,
    text: [text, ...files].filter((part) => part !== '').join('\n'),
  }))
  const text = [intro, ...said.map((line) => `${line.who}:\n${line.text}`), ...outro].join('\n\n')
  const html = [
    `<p>${escaped(intro)}</p>`,
    ...said.map((line) => `<p><strong>${escaped(line.who)}</strong><br>${escaped(line.text)}</p>`),
    ...outro.map((line) => `<p style="color:#555">${escaped(line)}</p>`),
  ].join('\n')
  return { subject, text: `${text}\n`, html: page(style, html) }
}

const page = ({ language }: LetterStyle, body: string): string =>
  `<!doctype html><html lang="${language}"><meta charset="utf-8"><body style="font-family:sans-serif;max-width:40em">\n${body}\n</body></html>\n`

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign).replaceAll('\n', '<br>')
}
