/** Sounds that admins upload: replaced only on purpose, and kept for as long as a published flow plays them. */
import { languagesWithout, soundsOfScript } from '../../core/flow/check/sounds.ts'
import type { Script } from '../../core/flow/script.ts'
import { writeAudit, type AuditContext } from '../../access/index.ts'
import type { Database } from '../../platform/database/database.ts'
import { conflict, notFound } from '../../platform/http/errors.ts'
import { writeWav } from '../speech/audio.ts'
import { nameOfSound, type SoundFiles, type SoundId, type UploadedSound } from './sound-files.ts'
import { phoneSound } from './uploaded-wav.ts'

/** `usedBy`: published flows that play a sound of that name. */
export type ListedSound = UploadedSound & Readonly<{ usedBy: readonly string[] }>

export type Sounds = Readonly<{
  list(): Promise<readonly ListedSound[]>
  /** @throws ApiError 409 for a name that is taken unless `replace`, 415 and 400 for what can't be played */
  upload(id: SoundId, file: Buffer, how: { replace: boolean }, context: AuditContext): Promise<ListedSound>
  /** @throws ApiError 404, and 409 while a published flow would miss it */
  remove(id: SoundId, context: AuditContext): Promise<void>
  /** The file's path. @throws ApiError 404 */
  fileOf(id: SoundId): Promise<string>
}>

type SoundsDeps = Readonly<{ files: SoundFiles; database: Database; published(): readonly Script[] }>

const mostSounds = 500

export function createSounds({ files, database, published }: SoundsDeps): Sounds {
  const listed = (sound: UploadedSound): ListedSound => ({
    ...sound,
    usedBy: published().flatMap((script) => {
      const isSpoken = sound.language === null || script.languages.includes(sound.language)
      return isSpoken && soundsOfScript(script).has(sound.name) ? [script.id] : []
    }),
  })
  const known = async (id: SoundId): Promise<UploadedSound> => {
    const sound = await files.find(id)
    if (sound === null) throw notFound(`there is no uploaded sound ${nameOfSound(id)}`)
    return sound
  }
  const audit = (action: string, id: SoundId, change: { before?: unknown; after?: unknown }, context: AuditContext) =>
    writeAudit(database.knex, context, { action, subject: { kind: 'sound', id: nameOfSound(id) }, ...change })

  return {
    list: async () => (await files.uploaded()).map(listed),
    async upload(id, file, { replace }, context) {
      const before = await files.find(id)
      if (before !== null && !replace)
        throw conflict(
          'sound-exists',
          `there is a sound ${nameOfSound(id)} already: replace it, or choose another name`,
        )
      if (before === null && (await files.uploaded()).length >= mostSounds)
        throw conflict('too-many-sounds', `there are ${mostSounds} sounds already: delete some first`)
      const sound = await phoneSound(file)
      const lengthMs = Math.round((sound.samples.length * 1_000) / sound.sampleRateHz)
      const action = before === null ? 'upload-sound' : 'replace-sound'
      const change = { ...(before !== null && { before: { lengthMs: before.lengthMs } }), after: { lengthMs } }
      await files.keep(id, writeWav(sound), () => audit(action, id, change, context))
      return listed(await known(id))
    },
    async remove(id, context) {
      const { lengthMs } = await known(id)
      const names = await files.names()
      const rest = names.toSpliced(names.indexOf(nameOfSound(id)), 1)
      const isMissed = (script: Script): boolean =>
        soundsOfScript(script).has(id.name) &&
        languagesWithout(script, id.name, rest).length > languagesWithout(script, id.name, names).length
      const flows = published().flatMap((script) => (isMissed(script) ? [script.id] : []))
      if (flows.length > 0)
        throw conflict(
          'sound-in-use',
          `${flows.join(', ')} would miss it: publish ${flows.length === 1 ? 'that flow' : 'those flows'} without this sound first`,
          { flows },
        )
      await audit('delete-sound', id, { before: { lengthMs } }, context)
      await files.remove(id)
    },
    fileOf: async (id) => files.pathOf(await known(id)),
  }
}
