/** A line of a flow in pieces that look different: comments, names, texts. As far as a line alone tells. */
export type Piece = Readonly<{ kind: 'plain' | 'comment' | 'key' | 'text'; text: string }>

const pieces = /(?<comment>(?:^|(?<=\s))#.*$)|(?<text>"(?:[^"\\]|\\.)*"|'[^']*')|(?<key>[\w-]+(?=:(?:\s|$)))/g

export function piecesOf(line: string): readonly Piece[] {
  const found: Piece[] = []
  let end = 0
  for (const match of line.matchAll(pieces)) {
    if (match.index > end) found.push({ kind: 'plain', text: line.slice(end, match.index) })
    const { comment, text } = match.groups ?? {}
    found.push({ kind: comment !== undefined ? 'comment' : text !== undefined ? 'text' : 'key', text: match[0] })
    end = match.index + match[0].length
  }
  if (end < line.length) found.push({ kind: 'plain', text: line.slice(end) })
  return found
}
