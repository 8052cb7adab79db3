/** An article as it is told where no markup is shown: in a message, or by a voice. */

/** `most`: characters of the body; longer ones end with the last whole sentence before. `links`: their addresses are told. */
export type Telling = Readonly<{ most: number; links: boolean }>

export function articleAsText({ title, body }: Readonly<{ title: string; body: string }>, telling: Telling): string {
  const heading = /[.!?…:]$/.test(title.trim()) ? title.trim() : `${title.trim()}.`
  const text = shortened(withoutMarkup(body, telling.links), telling.most)
  return text === '' ? heading : `${heading}\n\n${text}`
}

/** Of Markdown: what it marks stays, its marks go. */
function withoutMarkup(body: string, links: boolean): string {
  return body
    .replaceAll('\r\n', '\n')
    .replace(/!\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\[([^\]]*)\]\(([^)\s]*)[^)]*\)/g, links ? '$1 ($2)' : '$1')
    .replace(/^#{1,6}\s+/gm, '')
    .replace(/^\s*>\s?/gm, '')
    .replace(/^(\s*)[*+]\s+/gm, '$1- ')
    .replace(/(\*\*|__|`+)(\S(?:.*?\S)?)\1/g, '$2')
    .replace(/\*(\S(?:[^*\n]*\S)?)\*/g, '$1')
    .replace(/^\s*([-*_])(?:\s*\1){2,}\s*$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

function shortened(text: string, most: number): string {
  if (text.length <= most) return text
  const cut = text.slice(0, most)
  const sentence = Math.max(...['. ', '! ', '? ', '.\n', '\n\n'].map((mark) => cut.lastIndexOf(mark)))
  const end = sentence > most / 2 ? sentence + 1 : Math.max(cut.lastIndexOf(' '), 1)
  return `${cut.slice(0, end).trimEnd()} …`
}
