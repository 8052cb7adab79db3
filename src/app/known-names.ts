/** What flows may name, for the checker. */
import type { Directory } from '../directory/index.ts'
import type { CheckableNames, SoundFiles } from '../flows/index.ts'

/** While there are no queues (before the first start has made any), names are taken on trust. */
export async function knownNames(directory: Directory, sounds: SoundFiles): Promise<CheckableNames> {
  const { queues, skills, hours } = directory.snapshot()
  if (queues.size === 0) return {}
  return {
    queues: [...queues.keys()],
    skills: [...skills.keys()],
    hours: [...hours.keys()],
    sounds: await sounds.names(),
  }
}
