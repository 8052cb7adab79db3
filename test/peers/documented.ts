/** The examples of a page of documentation, in order, as they are written there. */
import { readFileSync } from 'node:fs'

export type DocumentedRequest = Readonly<{ method: string; path: string; body: string | null }>

export function documentedRequests(page: string): DocumentedRequest[] {
  return blocks(page, 'http').map((text) => {
    const [head = '', ...rest] = text.split('\n\n')
    const [method = '', path = ''] = head.trim().split(' ')
    const body = rest.join('\n\n').trim()
    return { method, path, body: body === '' ? null : body }
  })
}

export function documentedProgram(page: string): string {
  const [program] = blocks(page, 'js')
  if (program === undefined) throw new Error(`docs/${page} holds no program`)
  return program
}

/** The only example in that language which holds these words. */
export function documentedBlock(page: string, language: string, words: string): string {
  const [found, second] = blocks(page, language).filter((text) => text.includes(words))
  if (found === undefined || second !== undefined) throw new Error(`docs/${page} doesn't hold exactly one “${words}”`)
  return found
}

function blocks(page: string, language: string): string[] {
  const text = readFileSync(new URL(`../../docs/${page}`, import.meta.url), 'utf8')
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter(([, name]) => name === language)
    .map(([, , content = '']) => content)
}
