/**
 * `first-start.json`: the one plaintext copy of generated passwords, readable by its owner only. Each leaves it when it is
 * changed; the file goes once nobody's first password is left.
 */
import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'

const account = z.object({ username: z.string(), password: z.string().optional() })
const firstStartSchema = z.object({
  url: z.string(),
  sip: z.object({ host: z.string(), port: z.int() }),
  admin: account,
  agents: z.array(account.extend({ sip: account })),
  numbers: z.array(z.object({ number: z.string(), flow: z.string() })),
})
/** A password that is absent has been changed since. */
export type FirstStart = z.output<typeof firstStartSchema>
export type Addresses = Pick<FirstStart, 'url' | 'sip'>

export type FirstStartFile = Readonly<{
  /** null: there is none, or no more. */
  read(): Promise<FirstStart | null>
  write(content: FirstStart): Promise<void>
  forgetPassword(username: string): Promise<void>
  forgetSipPassword(sipUsername: string): Promise<void>
  /** What to print at this start, with the addresses of today; null: nothing. */
  banner(today: Addresses): Promise<string | null>
}>

export function firstStartFile(dataDir: string): FirstStartFile {
  const path = join(dataDir, 'first-start.json')
  // Changes wait for each other, so that two at once don't undo one another.
  let last: Promise<void> = Promise.resolve()

  const read = async (): Promise<FirstStart | null> => {
    try {
      return firstStartSchema.parse(JSON.parse(await readFile(path, 'utf8')))
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
      throw error
    }
  }

  const write = async (content: FirstStart): Promise<void> => {
    await mkdir(dirname(path), { recursive: true })
    const next = `${path}.${randomUUID()}`
    await writeFile(next, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
    await rename(next, path)
  }

  const change = (edit: (content: FirstStart) => FirstStart): Promise<void> => {
    const done = last.then(async () => {
      const content = await read()
      if (content === null) return
      const edited = edit(content)
      const people = [edited.admin, ...edited.agents]
      if (people.every((person) => person.password === undefined)) await rm(path, { force: true })
      else await write(edited)
    })
    last = done.catch(() => undefined)
    return done
  }

  return {
    read,
    write,
    forgetPassword: (username) =>
      change((content) => ({
        ...content,
        admin: withoutPassword(content.admin, username),
        agents: content.agents.map((agent) => withoutPassword(agent, username)),
      })),
    forgetSipPassword: (sipUsername) =>
      change((content) => ({
        ...content,
        agents: content.agents.map((agent) => ({ ...agent, sip: withoutPassword(agent.sip, sipUsername) })),
      })),
    async banner(today) {
      await change((content) => ({ ...content, ...today }))
      const content = await read()
      return content === null ? null : bannerOf(content, path)
    },
  }
}

function withoutPassword<T extends z.output<typeof account>>(person: T, username: string): T {
  if (person.username !== username) return person
  const { password: _, ...rest } = person
  return rest as T
}

const changed = '(changed since)'

function bannerOf({ url, sip, admin, agents, numbers }: FirstStart, path: string): string {
  const widest = Math.max(0, ...agents.map((agent) => agent.username.length))
  const lines = [
    '',
    `  Centralita runs at  ${url}   (API: ${url}/api/docs)`,
    `  Sign in as          ${admin.username} / ${admin.password ?? changed}`,
    '',
    `  SIP server          ${sip.host}:${sip.port} (UDP and TCP)`,
    ...numbers.map(
      ({ number, flow }, i) => `  ${i === 0 ? 'Dial' : '    '}                ${number} for the flow ${flow}`,
    ),
    '',
    ...(agents.length === 0 ? [] : ['  Agents']),
    ...agents.map(
      (agent) =>
        `    ${agent.username.padEnd(widest)}  password ${agent.password ?? changed}` +
        `   SIP ${agent.sip.username} / ${agent.sip.password ?? changed}`,
    ),
    '',
    `  Kept in ${path} until the passwords are changed.`,
    '',
  ]
  return lines.join('\n')
}
