/** Published flows as the interpreter wants them: each version is parsed once, when it is first asked for. */
import type { Library, LibraryEntry, SystemTexts } from '../core/flow/session.ts'
import { parse } from '../core/flow/parse/parse.ts'
import { expressions } from './expressions.ts'
import type { FlowVersion, FlowVersions } from './versions.ts'
import { readYaml } from './yaml-tree.ts'

export function createLibrary(versions: FlowVersions, systemText: SystemTexts): Library {
  // Versions never change, so neither does what they parse to.
  const parsed = new Map<string, LibraryEntry | null>()
  const entryOf = (version: FlowVersion): LibraryEntry | null => {
    const key = `${version.flowId} ${version.version}`
    let entry = parsed.get(key)
    if (entry === undefined) {
      const { tree } = readYaml(version.yaml)
      const script = tree === null ? null : parse(tree, expressions).script
      entry = script === null ? null : { script, version: version.version }
      parsed.set(key, entry)
    }
    return entry
  }
  return {
    flow(id, wanted) {
      const version = versions.version(id, wanted)
      return version === null ? null : entryOf(version)
    },
    systemText,
  }
}
