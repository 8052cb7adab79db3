/** The flows of a folder: each file that changed since it was last loaded becomes a published version. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bySystem } from '../access/index.ts'
import type { FlowId } from '../core/ids.ts'
import { ApiError } from '../platform/http/errors.ts'
import type { Log } from '../platform/log.ts'
import { contentHash, type FlowVersions } from './versions.ts'

export type LoadedFiles = Readonly<{
  loaded: readonly FlowId[]
  unchanged: readonly FlowId[]
  /** Left as they were published before. */
  refused: readonly Readonly<{ file: string; message: string }>[]
}>

/** A file that an admin has overtaken through the API is published again only once the file itself changes. */
export async function loadFlowFiles(flows: FlowVersions, folder: string, log: Log): Promise<LoadedFiles> {
  const loaded: FlowId[] = []
  const unchanged: FlowId[] = []
  const refused: { file: string; message: string }[] = []
  for (const file of await flowFiles(folder, log)) {
    const id = file.replace(/\.ya?ml$/, '')
    const yaml = await readFile(join(folder, file), 'utf8')
    const fileHash = contentHash(yaml)
    if (flows.fileHash(id) === fileHash) {
      unchanged.push(id)
      continue
    }
    try {
      await flows.save({ id, yaml, publish: true }, bySystem, { fileHash })
      loaded.push(id)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      refused.push({ file, message: error.message })
      log.error({ file: join(folder, file), reason: error.message }, 'this flow is not published: mend its file')
    }
  }
  return { loaded, unchanged, refused }
}

async function flowFiles(folder: string, log: Log): Promise<string[]> {
  try {
    const names = await readdir(folder)
    return names.filter((name) => /^[a-z][a-z0-9-]{0,62}\.ya?ml$/.test(name)).sort()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    log.warn({ folder }, 'the folder of the flows is not there: no flow is loaded')
    return []
  }
}
