/** Spoken texts as files: made once, then found by what they say. */
import { createHash } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { phoneRateHz, writeWav } from './audio.ts'
import { resample } from './resample.ts'
import type { TextToSpeech } from './text-to-speech.ts'

/** How many texts are spoken at once: speaking keeps a core busy, and calls need it too. */
const mostAtOnce = 2
const dayMs = 86_400_000
/** Texts may hold what belongs to one customer, so what nobody hears any more is thrown away. */
const keptUnusedMs = 7 * dayMs

export type PromptCache = Readonly<{
  /** The file's path without extension. */
  fileOf(text: string, language: string): Promise<string>
  /** Removes what was not used for a week. Returns how many files. */
  prune(now: number): Promise<number>
}>

export function promptHash(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 40)
}

export function createPromptCache(folder: string, speech: TextToSpeech): PromptCache {
  const underWay = new Map<string, Promise<string>>()
  const free = semaphore(mostAtOnce)

  const make = async (path: string, text: string, language: string): Promise<string> => {
    if (await isThere(`${path}.wav`)) return path
    await free(async () => {
      const sound = resample(await speech.synthesise(text, language), phoneRateHz)
      await mkdir(folder, { recursive: true })
      // Renamed into place, so that nobody plays half a file.
      await writeFile(`${path}.part`, writeWav(sound))
      await rename(`${path}.part`, `${path}.wav`)
    })
    return path
  }

  return {
    fileOf(text, language) {
      const path = join(folder, promptHash(speech.voice(language), text))
      const known = underWay.get(path)
      if (known) return known
      const made = make(path, text, language).finally(() => underWay.delete(path))
      underWay.set(path, made)
      return made
    },
    async prune(now) {
      const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
      const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name)
      const stale = await Promise.all(
        names.map(async (name) => now - (await stat(join(folder, name))).mtimeMs > keptUnusedMs),
      )
      const gone = names.filter((_, index) => stale[index])
      await Promise.all(gone.map((name) => rm(join(folder, name), { force: true })))
      return gone.length
    },
  }
}

/** Its time of change says when it was last wanted, to the day. */
async function isThere(path: string): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(path)
    const now = Date.now()
    if (now - mtimeMs > dayMs) await utimes(path, new Date(now), new Date(now))
    return true
  } catch {
    return false
  }
}

function semaphore(places: number): (work: () => Promise<void>) => Promise<void> {
  const waiting: (() => void)[] = []
  let free = places
  return async (work) => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free += 1
    }
  }
}
