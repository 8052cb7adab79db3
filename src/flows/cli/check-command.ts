/** `centralita flow check FILE…`: everything that is known to be wrong, with line and column. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { FlowFile } from '../load.ts'
import { flowPaths, folderOf, isPublishable, loadFlow, scriptsBeside } from '../load.ts'
import { soundsIn, uploadFolder } from '../sounds/sound-files.ts'
import type { Print } from './output.ts'
import { exitCodes, printFinding, UsageError } from './output.ts'

/** @param dataDir where uploaded sounds are */
export async function checkCommand(args: readonly string[], dataDir: string, print: Print): Promise<number> {
  const uploads = await soundsIn(uploadFolder(dataDir))
  const strict = args.includes('--strict')
  const files = await loadAll(
    args.filter((arg) => arg !== '--strict'),
    uploads,
  )
  for (const { path, source, findings } of files)
    for (const finding of findings) printFinding(print, path, source, finding)
  const findings = files.flatMap((file) => file.findings)
  const errors = findings.filter(({ severity }) => severity === 'error').length
  const warnings = findings.length - errors
  const checked = `${count(files.length, 'flow')} checked`
  print(
    findings.length === 0
      ? `${checked}: no mistakes`
      : `${checked}: ${count(errors, 'error')}, ${count(warnings, 'warning')}`,
  )
  return files.every(isPublishable) && !(strict && warnings > 0) ? exitCodes.fine : exitCodes.found
}

/** Files, or all flows of a folder; each against the flows and sounds beside it, and uploaded sounds. */
async function loadAll(places: readonly string[], uploads: readonly string[]): Promise<readonly FlowFile[]> {
  if (places.length === 0) throw new UsageError('name the flows to check: centralita flow check FILE…')
  const paths = (await Promise.all(places.map(pathsAt))).flat()
  return Promise.all(
    paths.map(async (path) => {
      const folder = folderOf(path)
      return loadFlow(path, {
        flows: await scriptsBeside(folder),
        sounds: [...(await soundsIn(join(folder, 'prompts'))), ...uploads],
      })
    }),
  )
}

export async function pathsAt(place: string): Promise<string[]> {
  const found = await stat(place).catch(() => null)
  if (!found) throw new UsageError(`there is no file ${place}`)
  return found.isDirectory() ? flowPaths(place) : [place]
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
