/** Files below the prompts folders: sounds that flows name, and texts that were spoken beforehand. */
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { promptHash } from './prompt-cache.ts'

export const soundExtensions = ['wav', 'ulaw', 'sln', 'alaw', 'g722']

/** Below the prompts folder: made by `centralita prompts build`, so that the demo speaks without any text to speech. */
export const spokenFolder = 'spoken'

export function spokenName(text: string, language: string): string {
  return join(spokenFolder, language, promptHash(language, text).slice(0, 16))
}

export type Recordings = Readonly<{
  /** Path without extension; the language's own file first. null: there is none. */
  sound(file: string, language: string): Promise<string | null>
  spoken(text: string, language: string): Promise<string | null>
}>

/** @param before folders whose sounds are played instead of those of the same name in `folder` */
export function createRecordings(folder: string, before: readonly string[] = []): Recordings {
  const folders = [...before, folder]
  return {
    sound: (file, language) =>
      firstThere([join(language, file), file].flatMap((name) => folders.map((each) => join(each, name)))),
    spoken: (text, language) => firstThere([join(folder, spokenName(text, language))]),
  }
}

async function firstThere(paths: readonly string[]): Promise<string | null> {
  for (const path of paths)
    for (const extension of soundExtensions) if (await isThere(`${path}.${extension}`)) return path
  return null
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch {
    return false
  }
}
