import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../src/supervisor/free-port.ts'
import { testFlows } from './call-centre.ts'
import type { NetworkHost } from './network-host.ts'
import { startPhone, type Phone } from './phone.ts'
import { eventually } from './poll.ts'
import { roomyDisk } from './roomy-disk.ts'
import type { Answer, FirstStart } from './service.ts'
import { WirePhone } from './wire-phone.ts'

const entry = fileURLToPath(new URL('../../src/supervisor/main.ts', import.meta.url))

export type Product = AsyncDisposable & Readonly<{ url: string; sip: { host: string; port: number } }>

type ProductOptions = Readonly<{
  env?: Readonly<Record<string, string>>
  /** The machine that it runs on; this one unless given. There it listens where the product's defaults say. */
  machine?: NetworkHost
}>

/** The whole product, started as an operator starts it; stopped when it is disposed. */
export async function startProduct(dataDir: string, options: ProductOptions = {}): Promise<Product> {
  const { machine } = options
  const ports = machine === undefined ? await portsHere() : { HTTP_PORT: '8080', SIP_PORT: '5060' }
  const command = machine?.command(process.execPath, [entry]) ?? [process.execPath, entry]
  const [program = '', ...args] = command
  const child = spawn(program, args, {
    env: { ...process.env, DATA_DIR: dataDir, SCRIPTS_DIR: testFlows, ...roomyDisk, ...ports, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const gone = once(child, 'exit')
  const url = `http://127.0.0.1:${ports.HTTP_PORT}`
  const isUp = async (): Promise<boolean> => {
    const asked =
      machine === undefined
        ? fetch(`${url}/api/health`).then(({ ok }) => ok)
        : machine
            .run(process.execPath, ['-e', `fetch('${url}/api/health').then(({ ok }) => process.exit(ok ? 0 : 1))`])
            .then(() => true)
    return asked.catch(() => false)
  }
  const stop = async (): Promise<void> => {
    if (child.exitCode === null) child.kill('SIGTERM')
    await gone
  }
  try {
    await eventually(isUp, { withinMs: 90_000, what: () => `the product to be up; it wrote\n${output.slice(-4_000)}` })
  } catch (error) {
    await stop()
    throw error
  }
  return { url, sip: { host: '127.0.0.1', port: Number(ports.SIP_PORT) }, [Symbol.asyncDispose]: stop }
}

async function portsHere() {
  const [http, sip, tls] = [await freePort(), await freePort(), await freePort()].map(String)
  const rtp = { RTP_PORTS: '30000-30999' }
  return { HTTP_HOST: '127.0.0.1', HTTP_PORT: http, SIP_HOST: '127.0.0.1', SIP_PORT: sip, SIP_TLS_PORT: tls, ...rtp }
}

export const firstStartOf = (dataDir: string): FirstStart =>
  JSON.parse(readFileSync(join(dataDir, 'first-start.json'), 'utf8')) as FirstStart

type Who = Readonly<{ username: string; password: string }>

/** Signs in and asks; throws on anything but success. */
export async function ask(url: string, who: Who, method: string, path: string, body?: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  const signedIn = await fetch(`${url}/api/sessions`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ username: who.username, password: who.password }),
  })
  const { token } = (await signedIn.json()) as { token: string }
  const response = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body !== undefined && headers) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
  return response
}

export const json = async (answer: Promise<Response>): Promise<Answer> => (await answer).json()

export type Places = Readonly<{
  /** Where the caller and the agent's telephone are; 127.0.0.1 unless given. */
  caller?: string
  agent?: string
}>

/** A caller is put through to Ana; both hear each other. */
export async function talk(
  { url, sip }: Pick<Product, 'url' | 'sip'>,
  { admin, agents, numbers }: FirstStart,
  places: Places = {},
): Promise<void> {
  const ana = agents.find(({ username }) => username === 'ana')
  if (ana === undefined) throw new Error('there is no ana')
  await ask(url, admin, 'PATCH', '/api/queues/sales', { wrapUpMs: 0 })
  await using phone = await WirePhone.open({ ...sip, ...ana.sip, toneHz: 440, ...at(places.agent) })
  await ask(url, ana, 'PUT', '/api/me/presence', { presence: 'available' })
  await using caller: Phone = await startPhone({
    ...sip,
    toneHz: 700,
    callerNumber: '+40722300300',
    ...at(places.caller),
  })
  await caller.dial(numbers.find(({ flow }) => flow === 'line')?.number ?? '')
  const line = await phone.ringing()
  await line.answer()
  await Promise.all([line.audio.hears(700, { minMs: 1_000 }), caller.hears(440)])
  await caller.hangup()
  await line.closed()
}

const at = (address: string | undefined) => (address === undefined ? {} : { address })
