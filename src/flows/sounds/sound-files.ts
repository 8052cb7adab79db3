/**
 * Sound files as flows name them. Those that came with the scripts lie in their `prompts` folder; uploaded ones in the data
 * folder's, which every Asterisk node sees.
 */
import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { phoneRateHz, wavHeaderBytes } from '../speech/audio.ts'
import { soundExtensions } from '../speech/recordings.ts'

/** What an admin may call a sound; in a flow it stands as `{ sound: name }`. */
export const uploadName = /^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$/

/** `language`: who is spoken to in it hears this one; null: everybody for whom there is no other. */
export type SoundId = Readonly<{ name: string; language: string | null }>
export type UploadedSound = SoundId & Readonly<{ lengthMs: number; changedAt: Date }>

export type SoundFiles = Readonly<{
  /** Of all sounds, as the checker knows them: `welcome`, `ro/welcome`. */
  names(): Promise<string[]>
  uploaded(): Promise<UploadedSound[]>
  find(id: SoundId): Promise<UploadedSound | null>
  /** Whole or not at all. `before`: runs once there is room for it, and prevents it by throwing. */
  keep(id: SoundId, wav: Buffer, before: () => Promise<void>): Promise<void>
  remove(id: SoundId): Promise<void>
  pathOf(id: SoundId): string
}>

export const uploadFolder = (dataDir: string): string => resolve(dataDir, 'prompts', 'sounds')

export const nameOfSound = ({ name, language }: SoundId): string => (language === null ? name : `${language}/${name}`)

export function createSoundFiles({
  dataDir,
  scriptsDir,
}: Readonly<{ dataDir: string; scriptsDir: string }>): SoundFiles {
  const folder = uploadFolder(dataDir)
  const pathOf = (id: SoundId): string => join(folder, `${nameOfSound(id)}.wav`)

  const find = async (id: SoundId): Promise<UploadedSound | null> => {
    const found = await stat(pathOf(id)).catch(unlessAbsent(null))
    if (found === null) return null
    const lengthMs = Math.round(((found.size - wavHeaderBytes) / 2 / phoneRateHz) * 1_000)
    return { ...id, lengthMs, changedAt: found.mtime }
  }

  return {
    names: async () => (await Promise.all([folder, resolve(scriptsDir, 'prompts')].map(soundsIn))).flat(),
    async uploaded() {
      const sounds = await Promise.all((await soundsIn(folder)).map((name) => find(idOf(name))))
      return sounds.filter((sound) => sound !== null)
    },
    find,
    async keep(id, wav, before) {
      const path = pathOf(id)
      const part = `${path}.${randomUUID()}.part`
      await mkdir(dirname(path), { recursive: true })
      try {
        await writeFile(part, wav)
        await before()
        // Renamed into place, so that nobody plays half a file.
        await rename(part, path)
      } catch (error) {
        await rm(part, { force: true })
        throw error
      }
    },
    remove: (id) => rm(pathOf(id), { force: true }),
    pathOf,
  }
}

/** Below a folder of prompts, without extension, in the order of their names. */
export async function soundsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch(unlessAbsent<string[]>([]))
  return names.flatMap((name) => nameWithoutExtension.exec(name)?.[1] ?? []).sort()
}

/** What can't be read is not taken for absent: it would be replaced without a word. */
function unlessAbsent<T>(nothing: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return nothing
    throw error
  }
}

const nameWithoutExtension = new RegExp(`^(.+)\\.(?:${soundExtensions.join('|')})$`)

function idOf(path: string): SoundId {
  const [first = '', second] = path.split('/')
  return second === undefined ? { name: first, language: null } : { name: second, language: first }
}
