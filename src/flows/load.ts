/** Flows from their files: read, parsed and checked in one go. */
import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Directory } from '../core/flow/check/check.ts'
import { check } from '../core/flow/check/check.ts'
import type { Finding } from '../core/flow/finding.ts'
import { byPosition } from '../core/flow/finding.ts'
import { parse } from '../core/flow/parse/parse.ts'
import type { Script } from '../core/flow/script.ts'
import { expressions } from './expressions.ts'
import { readYaml } from './yaml-tree.ts'

export type FlowSource = Readonly<{ script: Script | null; findings: readonly Finding[] }>
export type FlowFile = FlowSource & Readonly<{ path: string; source: string }>

/** `script` may be there with errors found: fit to be drawn, not to be published. */
export function readFlow(source: string, directory: Directory = {}): FlowSource {
  const { tree, findings } = readYaml(source)
  if (!tree) return { script: null, findings }
  const parsed = parse(tree, expressions)
  const checked = parsed.script ? check(parsed.script, directory) : []
  return { script: parsed.script, findings: [...parsed.findings, ...checked].sort(byPosition) }
}

export function isPublishable({ script, findings }: FlowSource): boolean {
  return script !== null && findings.every(({ severity }) => severity !== 'error')
}

export async function loadFlow(path: string, directory: Directory = {}): Promise<FlowFile> {
  const source = await readFile(path, 'utf8')
  const flow = readFlow(source, directory)
  const name = basename(path).replace(/\.ya?ml$/, '')
  if (flow.script === null || flow.script.id === name) return { ...flow, path, source }
  const message = `the flow \`${flow.script.id}\` stands in a file named \`${name}\`: give them the same name`
  const finding: Finding = { code: 'wrong-name', severity: 'error', message, at: { line: 1, column: 1 } }
  return { ...flow, findings: [finding, ...flow.findings], path, source }
}

/** The flows of a folder by id, for those that call each other; files without a structure are left out. */
export async function scriptsBeside(folder: string): Promise<Readonly<Record<string, Script>>> {
  const files = await Promise.all((await flowPaths(folder)).map((path) => loadFlow(path)))
  return Object.fromEntries(files.flatMap(({ script }) => (script ? [[script.id, script]] : [])))
}

export async function flowPaths(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => /\.ya?ml$/.test(name) && !/\.test\.ya?ml$/.test(name))
  return names.sort().map((name) => join(folder, name))
}

export function folderOf(path: string): string {
  return dirname(path)
}
