import { createHash, randomBytes } from 'node:crypto'
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { readPid } from './daemon.ts'

/** Made on the first start, mode 0600. */
export type Secrets = Readonly<{ databasePassword: string; ariPassword: string }>
/** Ports on 127.0.0.1 that nobody chooses by hand. */
export type Ports = Readonly<{ postgres: number; ari: number; edge?: number | undefined }>

/** What the supervisor keeps in DATA_DIR, held by one supervisor at a time. */
export type DataFolder = Readonly<{
  path: string
  secrets: Secrets
  readPorts(): Ports | null
  writePorts(ports: Ports): void
  pidFile(name: 'postgres' | 'asterisk' | 'edge' | 'service'): string
  logFile(name: 'postgres' | 'asterisk' | 'edge'): string
  [Symbol.asyncDispose](): Promise<void>
}>

const secretsShape = z.object({ databasePassword: z.string().min(16), ariPassword: z.string().min(16) })
const portsShape = z.object({ postgres: z.number(), ari: z.number(), edge: z.number().optional() })

/** @throws Error when the folder can't be written, or another supervisor works on it */
export async function openDataFolder(requested: string): Promise<DataFolder> {
  const path = makeFolder(requested)
  const supervisorFile = join(path, 'supervisor.pid')
  const release = await lock(path, supervisorFile)
  mkdirSync(join(path, 'logs'), { recursive: true, mode: 0o700 })
  writeFileSync(supervisorFile, `${process.pid}\n`)
  const portsFile = join(path, 'ports.json')
  return {
    path,
    secrets: readOrMakeSecrets(join(path, 'secrets.json')),
    readPorts: () => (existsSync(portsFile) ? readJson(portsFile, portsShape) : null),
    writePorts: (ports) => writePrivately(portsFile, ports),
    pidFile: (name) => join(path, `${name}.pid`),
    logFile: (name) => join(path, 'logs', `${name}.log`),
    async [Symbol.asyncDispose]() {
      rmSync(supervisorFile, { force: true })
      await release()
    },
  }
}

/** What a supervisor has written there, without taking its place; null: nothing yet. */
export function readFolderFiles(path: string): Readonly<{ secrets: Secrets; ports: Ports }> | null {
  const [secrets, ports] = [join(path, 'secrets.json'), join(path, 'ports.json')]
  if (!existsSync(secrets) || !existsSync(ports)) return null
  return { secrets: readJson(secrets, secretsShape), ports: readJson(ports, portsShape) }
}

function makeFolder(requested: string): string {
  try {
    // A root supervisor lets Postgres's account pass through; what lies inside is private in itself.
    makeWithParents(resolve(requested), process.getuid?.() === 0 ? 0o711 : 0o700)
    accessSync(requested, constants.R_OK | constants.W_OK | constants.X_OK)
    return realpathSync(requested)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Error(`DATA_DIR ${requested} can't be written (${reason}): choose another folder`, { cause: error })
  }
}

/** One after the other: where no folder can be (below /proc), Node's own `recursive` would try again without end. */
function makeWithParents(path: string, mode: number): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return
  makeWithParents(dirname(path), mode)
  mkdirSync(path, { mode })
}

/** A socket in Linux's abstract name space: two can't have it, and it goes with its process however that ends. */
async function lock(path: string, supervisorFile: string): Promise<() => Promise<void>> {
  const name = `\0centralita-${createHash('sha256').update(path).digest('hex')}`
  const server = createServer()
  await new Promise<void>((settle, fail) => {
    server.once('error', (error) => {
      const owner = readPid(supervisorFile)
      const who = owner === null ? 'another supervisor' : `the supervisor with process id ${owner}`
      const taken = 'code' in error && error.code === 'EADDRINUSE'
      fail(taken ? new Error(`DATA_DIR ${path} is in use by ${who}: stop it, or set another DATA_DIR`) : error)
    })
    server.listen(name, settle)
  })
  server.unref()
  return () => new Promise((settle) => server.close(() => settle()))
}

function readOrMakeSecrets(file: string): Secrets {
  if (existsSync(file)) return readJson(file, secretsShape)
  const secret = (): string => randomBytes(24).toString('base64url')
  const secrets = { databasePassword: secret(), ariPassword: secret() }
  writePrivately(file, secrets)
  return secrets
}

function readJson<T>(file: string, shape: z.ZodType<T>): T {
  try {
    return shape.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    throw new Error(`${file} can't be read: restore it from a copy`, { cause: error })
  }
}

/** Written aside, then renamed: a crash leaves the old file or the new one. */
function writePrivately(file: string, value: unknown): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 })
  renameSync(`${file}.new`, file)
}
