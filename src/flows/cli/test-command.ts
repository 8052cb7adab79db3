/** `centralita flow test [FILE…]`: plays the conversations beside flows, on every channel they name. */
import { readFile } from 'node:fs/promises'
import type { Script } from '../../core/flow/script.ts'
import { readConversations } from '../conversations/conversation.ts'
import { play } from '../conversations/play.ts'
import { folderOf, isPublishable, loadFlow, scriptsBeside } from '../load.ts'
import { pathsAt } from './check-command.ts'
import type { Print } from './output.ts'
import { exitCodes, printFinding } from './output.ts'

type Tally = { passed: number; failed: number }

/** Without files: every flow of ivr-scripts. A flow without conversations is mentioned, not failed. */
export async function testCommand(args: readonly string[], print: Print): Promise<number> {
  const places = args.length > 0 ? args : ['ivr-scripts']
  const paths = [...new Set((await Promise.all(places.map(pathsAt))).flat().map(flowPathOf))]
  const tally: Tally = { passed: 0, failed: 0 }
  for (const path of paths) await testFlow(path, print, tally)
  print(`${tally.passed} passed, ${tally.failed} failed`)
  return tally.failed === 0 ? exitCodes.fine : exitCodes.found
}

/** Either file of the pair may be named. */
function flowPathOf(path: string): string {
  return path.replace(/\.test(\.ya?ml)$/, '$1')
}

async function testFlow(path: string, print: Print, tally: Tally): Promise<void> {
  const file = await loadFlow(path)
  if (!file.script || !isPublishable(file)) {
    for (const finding of file.findings) printFinding(print, path, file.source, finding)
    tally.failed += 1
    return
  }
  const testPath = path.replace(/(\.ya?ml)$/, '.test$1')
  const source = await readFile(testPath, 'utf8').catch(() => null)
  if (source === null) return print(`${path}: no conversations (${testPath})`)
  const flows = Object.values(await scriptsBeside(folderOf(path)))
  print(path)
  playAll(file.script, flows, source, testPath, print, tally)
}

function playAll(
  script: Script,
  flows: readonly Script[],
  source: string,
  testPath: string,
  print: Print,
  tally: Tally,
): void {
  try {
    for (const conversation of readConversations(source)) {
      for (const channel of conversation.channels) {
        const { failure } = play(script, flows, conversation, channel)
        if (failure) tally.failed += 1
        else tally.passed += 1
        print(`  ${failure ? '✗' : '✓'} ${conversation.name} (${channel})`)
        if (failure) print(`      step ${failure.step}: ${failure.message}`)
      }
    }
  } catch (error) {
    tally.failed += 1
    print(`  ✗ ${testPath}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
