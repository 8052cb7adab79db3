/** Fills an empty database: an admin who can sign in, and the demo organisation if it is wanted. */
import { bySystem, generatePassword, hashPassword } from '../access/index.ts'
import type { Database } from '../platform/database/database.ts'
import { entryPointTable, hoursTable, insert, notReadyReasonTable, queueTable, skillTable } from './catalogue-store.ts'
import { demoAdmin, demoAgents, demoHours, demoQueues, demoReasons, demoSkills } from './demo-organisation.ts'
import { changeDirectory, type Transaction } from './directory-store.ts'
import { newEntryPointSchema, entryPointId, type EntryPoint } from './entry-point.ts'
import type { Addresses, FirstStart, FirstStartFile } from './first-start.ts'
import { addUser } from './people.ts'
import { generateSipPassword } from './sip-account.ts'
import { countUsers } from './user-store.ts'

export type FirstStartOptions = Readonly<{
  database: Database
  file: FirstStartFile
  /** False: only the admin is made. */
  demo: boolean
  addresses: Addresses
  /** Of the office; the demo's hours are told in it. */
  timezone: string
  /** Published ones, `main-menu` among them if 1000 is to answer; load them before. */
  flowIds: readonly string[]
}>

const mainFlow = 'main-menu'
const firstNumber = 1000

/** True when the database was empty and has been filled. Refresh the directory afterwards. */
export async function prepareFirstStart(options: FirstStartOptions): Promise<boolean> {
  const { database, file, demo } = options
  if ((await countUsers(database.knex)) > 0) return false
  const content = firstStart(options)
  const hashes = await Promise.all([content.admin, ...content.agents].map(({ password }) => hashPassword(password)))
  // The file first: if the process dies in between, the next start finds the database empty and writes it anew.
  await file.write(content)
  return changeDirectory(database, bySystem, async (trx) => {
    if ((await countUsers(trx)) > 0) return { result: false, audit: null }
    const [adminHash = '', ...agentHashes] = hashes
    if (demo) await insertOrganisation(trx, options)
    // Whoever reads them in the file owns the machine: they are their own.
    const own = (hash: string) => ({ hash, oneTime: false })
    await addUser(trx, demoAdmin, own(adminHash))
    for (const [i, agent] of content.agents.entries()) {
      const user = demoAgents.find((one) => one.username === agent.username)
      if (user !== undefined) await addUser(trx, user, own(agentHashes[i] ?? ''), agent.sip.password)
    }
    const audit = { action: 'first-start', subject: { kind: 'organisation', id: demo ? 'demo' : 'empty' } }
    return { result: true, audit }
  })
}

type WithPasswords = FirstStart & {
  admin: { password: string }
  agents: { password: string; sip: { password: string } }[]
}

function firstStart({ addresses, demo, flowIds }: FirstStartOptions): WithPasswords {
  const agents = demo ? demoAgents : []
  return {
    ...addresses,
    admin: { username: demoAdmin.username, password: generatePassword() },
    agents: agents.map(({ username }) => ({
      username,
      password: generatePassword(),
      sip: { username, password: generateSipPassword() },
    })),
    numbers: demo ? entryPoints(flowIds).map(({ address, flowId }) => ({ number: address, flow: flowId })) : [],
  }
}

/** 1000 for the main menu, the following numbers for the other flows by name. */
function entryPoints(flowIds: readonly string[]): EntryPoint[] {
  const others = flowIds.filter((id) => id !== mainFlow).sort()
  const numbered = [flowIds.includes(mainFlow) ? mainFlow : null, ...others]
  return numbered.flatMap((flowId, i) => {
    if (flowId === null) return []
    const address = String(firstNumber + i)
    const point = newEntryPointSchema.parse({ address, flowId, fallbackQueueId: 'support' })
    return [{ ...point, id: entryPointId('voice', address) }]
  })
}

/** The widget `demo` speaks the main menu too. */
function chatEntryPoints(flowIds: readonly string[]): EntryPoint[] {
  const flowId = flowIds.includes(mainFlow) ? mainFlow : flowIds[0]
  if (flowId === undefined) return []
  const point = newEntryPointSchema.parse({ channel: 'chat', address: 'demo', flowId, fallbackQueueId: 'support' })
  return [{ ...point, id: entryPointId('chat', 'demo') }]
}

async function insertOrganisation(trx: Transaction, { timezone, flowIds }: FirstStartOptions): Promise<void> {
  for (const skill of demoSkills) await insert(trx, skillTable, skill)
  for (const reason of demoReasons) await insert(trx, notReadyReasonTable, reason)
  for (const hours of demoHours(timezone)) await insert(trx, hoursTable, hours)
  for (const queue of demoQueues) await insert(trx, queueTable, queue)
  for (const entryPoint of [...entryPoints(flowIds), ...chatEntryPoints(flowIds)])
    await insert(trx, entryPointTable, entryPoint)
}
