import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { readConversations } from '../../../src/flows/conversations/conversation.ts'
import { play } from '../../../src/flows/conversations/play.ts'
import { loadFlow, scriptsBeside } from '../../../src/flows/load.ts'
import { soundsIn } from '../../../src/flows/sounds/sound-files.ts'
import { createRecordings } from '../../../src/flows/speech/recordings.ts'
import { demoHours, demoQueues, demoSkills } from '../../../src/directory/demo-organisation.ts'

const folder = new URL('../../../ivr-scripts/', import.meta.url).pathname
const names = readdirSync(folder).filter((name) => name.endsWith('.yaml') && !name.endsWith('.test.yaml'))
const ids = (things: readonly { id: string }[]) => things.map(({ id }) => id)

describe.each(names)('%s', (name) => {
  it('fits the demo’s directory, without a finding', async () => {
    const directory = {
      queues: ids(demoQueues),
      skills: ids(demoSkills),
      hours: ids(demoHours('UTC')),
      providers: ['demo'],
      flows: await scriptsBeside(folder),
      sounds: await soundsIn(`${folder}prompts`),
    }
    expect((await loadFlow(folder + name, directory)).findings).toEqual([])
  })

  it('holds its conversations', async () => {
    const { script } = await loadFlow(folder + name)
    if (!script) throw new Error('no script')
    const flows = Object.values(await scriptsBeside(folder))
    const conversations = readConversations(await readFile(folder + name.replace('.yaml', '.test.yaml'), 'utf8'))
    const failures = conversations.flatMap((conversation) =>
      conversation.channels.flatMap((channel) => {
        const { failure } = play(script, flows, conversation, channel)
        return failure ? [`${conversation.name} (${channel}), step ${failure.step}: ${failure.message}`] : []
      }),
    )
    expect(failures).toEqual([])
  })
})

describe('the demo’s main menu', () => {
  it('speaks five languages and leads key 1 to the queue `sales`', async () => {
    const { script } = await loadFlow(`${folder}main-menu.yaml`)
    expect(script?.languages).toEqual(['en', 'ro', 'pl', 'id', 'ru'])
    const menu = script?.nodes['menu']
    const sales = menu?.verb === 'ask' ? menu.choices.find(({ key }) => key === '1') : undefined
    expect(script?.nodes[sales?.way.to ?? '']).toMatchObject({ verb: 'enqueue', queueId: 'sales' })
  })

  it('is spoken beforehand (`centralita prompts build ivr-scripts/main-menu.yaml` after a change)', async () => {
    const { script } = await loadFlow(`${folder}main-menu.yaml`)
    const recordings = createRecordings(`${folder}prompts`)
    const missing: string[] = []
    for (const node of Object.values(script?.nodes ?? {})) {
      if (!('text' in node) || !node.text) continue
      for (const [language, pieces] of Object.entries(node.text.voice)) {
        for (const piece of pieces) {
          const text = piece.kind === 'text' ? piece.template.parts.join('') : ''
          if ((await recordings.spoken(text, language)) === null) missing.push(`${language}: ${text}`)
        }
      }
    }
    expect(missing).toEqual([])
  })
})
