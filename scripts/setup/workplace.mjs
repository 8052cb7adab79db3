import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { dependencies } from './dependencies.mjs'
import { nodeRuntime } from './node-runtime.mjs'
import { fail } from './progress.mjs'

const leastMajor = 20

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/**
 * What every command needs: a Node that runs TypeScript, and the dependencies.
 * @param {import('./progress.mjs').Report} report
 * @returns {Promise<string>} the path of Node
 */
export async function workplace(report) {
  if (Number(process.versions.node.split('.')[0]) < leastMajor) {
    fail(`Node ${process.versions.node} is too old: install Node ${leastMajor} or later`)
  }
  const node = await nodeRuntime(report)
  await dependencies(root, node, report)
  return node
}
