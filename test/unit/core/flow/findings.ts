/** Findings of a flow whose faulty places are marked: `«` stands where a finding is expected, and is taken out. */
import type { Directory } from '../../../../src/core/flow/check/check.ts'
import { readFlow } from '../../../../src/flows/load.ts'

export type Place = Readonly<{ line: number; column: number }>

export function marked(yaml: string): Readonly<{ source: string; places: readonly Place[] }> {
  const places: Place[] = []
  const lines = yaml.split('\n').map((text, index) => {
    let line = text
    for (let column = line.indexOf('«'); column >= 0; column = line.indexOf('«')) {
      places.push({ line: index + 1, column: column + 1 })
      line = line.slice(0, column) + line.slice(column + 1)
    }
    return line
  })
  return { source: lines.join('\n'), places }
}

/** `code message` of each finding, and whether all stand where they are marked. */
export function findingsOf(yaml: string, directory: Directory = {}) {
  const { source, places } = marked(yaml)
  const { findings } = readFlow(source, directory)
  return {
    codes: findings.map(({ code }) => code),
    messages: findings.map(({ message }) => message),
    severities: findings.map(({ severity }) => severity),
    at: findings.map(({ at }) => at),
    places,
  }
}
