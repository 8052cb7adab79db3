/** Where a page ended, as an opaque word that the next request brings back. */
import { z } from 'zod'
import { invalid } from '../platform/http/errors.ts'

/** Rows are ordered by `at`, newest first, then by `id`. */
export type Cursor = Readonly<{ at: number; id: string }>

const content = z.tuple([z.number().int(), z.string().min(1).max(200)])

export function writeCursor(cursor: Cursor | null): string | null {
  return cursor === null ? null : Buffer.from(JSON.stringify([cursor.at, cursor.id])).toString('base64url')
}

export function readCursor(text: string | undefined): Cursor | null {
  if (text === undefined) return null
  const [at, id] = parse(text)
  return { at, id }
}

const isUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** For tables whose ids are UUIDs. */
export function readUuidCursor(text: string | undefined): Cursor | null {
  const cursor = readCursor(text)
  if (cursor !== null && !isUuid.test(cursor.id)) throw unknownCursor()
  return cursor
}

function parse(text: string): z.output<typeof content> {
  try {
    return content.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
  } catch {
    throw unknownCursor()
  }
}

const unknownCursor = () => invalid('after: give back the `next` of the page before, as it was')
