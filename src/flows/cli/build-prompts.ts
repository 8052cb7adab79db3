/** `centralita prompts build`: speaks a flow's fixed texts beforehand, for machines without text to speech. */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { textsOf } from '../../core/flow/check/expressions-of.ts'
import type { Script } from '../../core/flow/script.ts'
import type { SystemPrompt } from '../../core/flow/session.ts'
import { loadFlow } from '../load.ts'
import { phoneRateHz, writeUlaw } from '../speech/audio.ts'
import { createEspeak } from '../speech/espeak.ts'
import { spokenFolder, spokenName } from '../speech/recordings.ts'
import { resample } from '../speech/resample.ts'
import { systemLanguages, systemText } from '../system-prompts/system-texts.ts'

type Fixed = Readonly<{ text: string; language: string }>

/** What any call may need; with the keys that the demo's queues use. */
const spokenBeforehand: readonly Readonly<{ prompt: SystemPrompt; values?: Record<string, number> }>[] = [
  { prompt: 'please-hold' },
  { prompt: 'press-for-voicemail', values: { key: 1 } },
  { prompt: 'press-for-callback', values: { key: 2 } },
  { prompt: 'callback-booked' },
  { prompt: 'leave-message' },
  { prompt: 'all-busy' },
  { prompt: 'invalid-choice' },
  { prompt: 'invalid-entry' },
  { prompt: 'not-heard' },
  { prompt: 'technical-problem' },
  { prompt: 'goodbye' },
]

/** Everything below `prompts/spoken` beside the flows is made anew. Returns how many texts there are. */
export async function buildPrompts(paths: readonly string[], print: (line: string) => void): Promise<number> {
  const [first] = paths
  if (first === undefined) throw new Error('name the flows whose texts are to be spoken')
  const folder = join(dirname(first), 'prompts')
  const files = await Promise.all(paths.map((path) => loadFlow(path)))
  const texts = [...files.flatMap(({ script }) => (script ? fixedTexts(script) : [])), ...fixedSystemTexts()]
  const wanted = new Map(texts.map((each) => [spokenName(each.text, each.language), each]))
  await rm(join(folder, spokenFolder), { recursive: true, force: true })
  const speech = createEspeak()
  let bytes = 0
  for (const [name, { text, language }] of wanted) {
    const file = writeUlaw(resample(await speech.synthesise(text, language), phoneRateHz))
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, `${name}.ulaw`), file)
    bytes += file.length
  }
  await writeIndex(join(folder, spokenFolder), [...wanted.values()])
  print(`${wanted.size} prompts, ${Math.round(bytes / 1024)} kB, in ${join(folder, spokenFolder)}`)
  return wanted.size
}

/** Texts that are the same for everybody. */
function fixedTexts(script: Script): Fixed[] {
  return Object.values(script.nodes).flatMap((node) =>
    textsOf(node)
      // Labels are for buttons.
      .filter((text) => 'text' in node && text === node.text)
      .flatMap((text) => Object.entries(text.voice))
      .flatMap(([language, pieces]) => pieces.map((piece) => ({ language, piece })))
      .flatMap(({ language, piece }) => {
        if (piece.kind !== 'text' || piece.template.parts.some((part) => typeof part !== 'string')) return []
        return [{ text: piece.template.parts.join('').trim(), language: piece.language ?? language }]
      }),
  )
}

function fixedSystemTexts(): Fixed[] {
  return systemLanguages.flatMap((language) =>
    spokenBeforehand.map(({ prompt, values }) => ({ language, text: systemText(prompt, language, values) })),
  )
}

/** Says which file says what: names are hashes. */
async function writeIndex(folder: string, texts: readonly Fixed[]): Promise<void> {
  const lines = texts.map(
    ({ text, language }) => `${spokenName(text, language).slice(spokenFolder.length + 1)}.ulaw\t${text}`,
  )
  await writeFile(join(folder, 'index.tsv'), `${lines.sort().join('\n')}\n`)
}
