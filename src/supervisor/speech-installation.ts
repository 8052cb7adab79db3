import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { privateInstallation } from './private-installation.ts'
import type { Installer } from './private-installation.ts'

/**
 * The PATH under which the service finds espeak-ng: the one given when the machine has it, else with a private
 * installation at its end. Without either, flows that only play recorded prompts still work.
 */
export async function pathWithSpeech(path: string, installer: Installer): Promise<string> {
  if (path.split(delimiter).some((folder) => existsSync(join(folder, 'espeak-ng')))) return path
  try {
    const { folder } = await privateInstallation('espeak', [], installer)
    return `${path}${delimiter}${join(folder, 'bin')}`
  } catch (error) {
    installer.signal?.throwIfAborted()
    const reason = error instanceof Error ? error.message : String(error)
    installer.report(`texts can't be spoken until espeak-ng is installed (${reason})`)
    return path
  }
}
