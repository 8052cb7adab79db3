/** `centralita flow run FILE`: walks a flow in the terminal with the real interpreter, without Asterisk. */
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline/promises'
import { channels } from '../../core/ids.ts'
import { isWritten } from '../../core/flow/run/draft.ts'
import type { Fakes, Simulation } from '../../core/flow/simulator.ts'
import { begin } from '../../core/flow/simulator.ts'
import type { Conversation } from '../conversations/conversation.ts'
import { readConversations } from '../conversations/conversation.ts'
import { stage } from '../conversations/stage.ts'
import { folderOf, isPublishable, loadFlow, scriptsBeside } from '../load.ts'
import type { Print } from './output.ts'
import { exitCodes, printFinding, UsageError } from './output.ts'
import { help, obey, shown } from './walk.ts'

const options = ['--channel', '--language', '--at', '--caller', '--like'] as const
const usage = `centralita flow run FILE [--channel chat] [--language ro] [--at 2026-03-02T10:00[Europe/Bucharest]]
                         [--caller +40721000001] [--like "name of a conversation beside it"]`

export async function runCommand(args: readonly string[], print: Print): Promise<number> {
  const { path, given } = readArguments(args)
  const file = await loadFlow(path)
  for (const finding of file.findings) printFinding(print, path, file.source, finding)
  if (!file.script || !isPublishable(file)) return exitCodes.found
  const flows = Object.values(await scriptsBeside(folderOf(path)))
  const channel = channels.find((each) => each === (given['--channel'] ?? 'voice'))
  if (!channel) throw new UsageError(`--channel is one of ${channels.join(', ')}`)
  const setup = stage(file.script, flows, await situation(path, given), channel)
  for (const line of help) print(line)
  await converse(begin({ ...setup, fakes: patient(setup.fakes) }), print)
  return exitCodes.fine
}

type Given = Partial<Record<(typeof options)[number], string>>

function readArguments(args: readonly string[]): { path: string; given: Given } {
  const given: Given = {}
  const rest: string[] = []
  for (let i = 0; i < args.length; i += 1) {
    const option = options.find((each) => each === args[i])
    if (option) given[option] = args[(i += 1)] ?? ''
    else rest.push(args[i] ?? '')
  }
  const [path, extra] = rest
  if (path === undefined || extra !== undefined || path.startsWith('-')) throw new UsageError(`usage: ${usage}`)
  return { path, given }
}

/** A conversation beside the flow lends its fakes, settings and caller (`--like`). */
async function situation(path: string, given: Given): Promise<Conversation> {
  const source = await readFile(path.replace(/(\.ya?ml)$/, '.test$1'), 'utf8').catch(() => null)
  const written = source === null ? [] : readConversations(source)
  const [blank] = readConversations('[{ name: by hand, steps: [{ silence: true }] }]')
  const like = given['--like']
  const found = like === undefined ? undefined : written.find(({ name }) => name === like)
  if (like !== undefined && !found) throw new UsageError(`there is no conversation «${like}» beside ${path}`)
  const base = found ?? blank
  if (!base) throw new Error('no conversation to begin with')
  return {
    ...base,
    ...(given['--language'] !== undefined && { language: given['--language'] }),
    ...(given['--at'] !== undefined && { at: given['--at'] }),
    ...(given['--caller'] !== undefined && { caller: given['--caller'] }),
  }
}

/** By hand, a request that nothing was said about fails like one that nobody answers, and says so. */
function patient(fakes: Fakes): Fakes {
  return {
    ...fakes,
    http(request) {
      try {
        return fakes.http(request)
      } catch (error) {
        return { failed: error instanceof Error ? error.message : String(error) }
      }
    },
  }
}

async function converse(first: Simulation, print: Print): Promise<void> {
  let simulation = first
  let told = 0
  const tell = () => {
    const written = isWritten(simulation.session.channel)
    for (const effect of simulation.effects.slice(told)) for (const line of shown(effect, written)) print(line)
    told = simulation.effects.length
  }
  tell()
  const terminal = createInterface({ input: process.stdin, output: process.stdout, prompt: '> ' })
  try {
    if (!simulation.session.over) terminal.prompt()
    for await (const line of simulation.session.over ? [] : terminal) {
      const next = obey(simulation, line)
      if (typeof next === 'string') print(next)
      else simulation = next
      tell()
      if (simulation.session.over) break
      terminal.prompt()
    }
  } finally {
    terminal.close()
  }
}
