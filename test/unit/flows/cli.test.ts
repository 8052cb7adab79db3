import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const root = new URL('../../../', import.meta.url).pathname
const main = join(root, 'src/flows/cli/main.ts')

function centralita(
  args: readonly string[],
  input = '',
  env: Record<string, string> = {},
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...args], { cwd: root, env: { ...process.env, ...env } })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, output }))
    child.stdin.end(input)
  })
}

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flows-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const broken = `flow: broken
languages: [en]
start: one
nodes:
  one: { say: Hi }
  two: { say: Hi, next: end }
`

describe('centralita flow check', () => {
  it('is content with the examples', async () => {
    expect(await centralita(['flow', 'check', 'ivr-scripts'])).toEqual({
      code: 0,
      output: '6 flows checked: no mistakes\n',
    })
  })

  it('knows the sounds that were uploaded', async () => {
    const path = join(folder, 'greeting.yaml')
    await writeFile(
      path,
      'flow: greeting\nlanguages: [en]\nstart: one\nnodes:\n  one: { say: [{ sound: hello }], next: end }\n',
    )
    const checked = () => centralita(['flow', 'check', path], '', { DATA_DIR: join(folder, 'data') })
    expect((await checked()).output).toContain('5:25: error missing-prompt: the sound `hello` is missing')
    await mkdir(join(folder, 'data', 'prompts', 'sounds'), { recursive: true })
    await writeFile(join(folder, 'data', 'prompts', 'sounds', 'hello.wav'), '')
    expect((await checked()).code).toBe(0)
  })

  it('shows each mistake with its place, and fails', async () => {
    const path = join(folder, 'broken.yaml')
    await writeFile(path, broken)
    const { code, output } = await centralita(['flow', 'check', path])
    expect(code).toBe(1)
    expect(output).toContain(`${path}:5:3: error dead-end: \`one\` leads nowhere: add \`next:\``)
    expect(output).toContain('      one: { say: Hi }\n      ^')
    expect(output).toContain('1 flow checked: 1 error, 1 warning')
  })

  it('lets warnings pass, unless it is to be strict', async () => {
    const path = join(folder, 'broken.yaml')
    await writeFile(path, broken.replace('{ say: Hi }', '{ say: Hi, next: end }'))
    expect((await centralita(['flow', 'check', path])).code).toBe(0)
    expect((await centralita(['flow', 'check', '--strict', path])).code).toBe(1)
  })

  it('wants the file to be named like its flow', async () => {
    const path = join(folder, 'other.yaml')
    await writeFile(path, broken)
    expect((await centralita(['flow', 'check', path])).output).toContain('give them the same name')
  })

  it.each([[['flow', 'check']], [['flow', 'check', 'nowhere.yaml']], [['flow', 'chek']], [['flow', 'run']]])(
    'tells how it is called: %s',
    async (args) => {
      const { code, output } = await centralita(args)
      expect(code).toBe(2)
      expect(output).toMatch(/centralita flow|there is no file/)
      expect(output).not.toContain('    at ')
    },
  )
})

describe('centralita flow test', () => {
  it('plays the conversations of the examples', async () => {
    const { code, output } = await centralita(['flow', 'test'])
    expect(output).toMatch(/✓ sales by key 1 \(voice\)[\s\S]*✓ sales by key 1 \(chat\)[\s\S]* 0 failed\n$/)
    expect(code).toBe(0)
  })

  it('tells the step at which one goes another way', async () => {
    const path = join(folder, 'a.yaml')
    await writeFile(path, 'flow: a\nlanguages: [en]\nstart: one\nnodes: { one: { say: Hi, next: end } }\n')
    await writeFile(join(folder, 'a.test.yaml'), '[{ name: x, steps: [{ hears: hi }, { hears: ho }] }]')
    const { code, output } = await centralita(['flow', 'test', path])
    expect(code).toBe(1)
    expect(output).toContain('✗ x (voice)\n      step 2: expected to hear «ho», heard «Hi»')
    expect(output).toContain('0 passed, 1 failed')
  })
})

describe('centralita flow run', () => {
  it('walks a flow by keys, time-outs and what the queue does', async () => {
    const { code, output } = await centralita(
      ['flow', 'run', 'ivr-scripts/main-menu.yaml'],
      '7\n:timeout\n1\n:queue callback\n',
    )
    expect(code).toBe(0)
    expect(output).toMatch(
      /» Welcome to the demo[\s\S]*not one of the choices[\s\S]*did not get an answer[\s\S]*waits in queue sales[\s\S]*books a call back[\s\S]*hangs up \(normal\)/,
    )
  })

  it('hangs up, and explains what it does not know', async () => {
    const { code, output } = await centralita(['flow', 'run', 'ivr-scripts/main-menu.yaml'], 'abc\n:nothing\n:hangup\n')
    expect(code).toBe(0)
    expect(output).toContain('a phone has the keys')
    expect(output).toContain('there is no :nothing')
    expect(output).toContain('finished: left')
  })

  it('walks a chat in another language, with the answers of a written conversation', async () => {
    const chat = ['--channel', 'chat', '--language', 'ro', '--like', 'an unknown number is asked again']
    const { output } = await centralita(['flow', 'run', 'ivr-scripts/invoice.yaml', ...chat], '999\n2231\n')
    expect(output).toMatch(
      /» Care este numărul facturii\?[\s\S]*GET .*\/invoices\/999[\s\S]*nicio factură cu numărul 999[\s\S]*este plătită/,
    )
  })
})

describe('centralita flow schema', () => {
  it('prints JSON', async () => {
    const { output } = await centralita(['flow', 'schema'])
    expect(JSON.parse(output)).toMatchObject({ title: 'Centralita flow' })
  })
})
