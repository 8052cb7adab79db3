/** Which recorded files a flow plays, and which of them are missing. */
import type { Position } from '../finding.ts'
import type { Node, Script } from '../script.ts'
import { piecesOf, textsOf } from './expressions-of.ts'

export type PlayedSound = Readonly<{ file: string; at: Position }>

export function soundsOfNode(node: Node): PlayedSound[] {
  return textsOf(node).flatMap((text) =>
    piecesOf(text).flatMap((piece) => (piece.kind === 'sound' ? [{ file: piece.file, at: piece.at }] : [])),
  )
}

export const soundsOfScript = (script: Script): ReadonlySet<string> =>
  new Set(Object.values(script.nodes).flatMap((node) => soundsOfNode(node).map(({ file }) => file)))

/** @param sounds recorded files without extension, such as `welcome` for every language, and `en/welcome` */
export function languagesWithout(script: Script, file: string, sounds: readonly string[]): readonly string[] {
  if (sounds.includes(file)) return []
  return script.languages.filter((language) => !sounds.includes(`${language}/${file}`))
}
