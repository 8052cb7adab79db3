import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { probeAri } from '../../src/supervisor/asterisk-server.ts'
import { freePort } from '../../src/supervisor/free-port.ts'
import { eventually } from '../peers/poll.ts'
import { probeDatabase } from '../../src/platform/database/probe.ts'

const entry = fileURLToPath(new URL('../peers/supervisor-with-stand-in.ts', import.meta.url))
const answer = z.object({ pid: z.number(), databaseUrl: z.string(), ariUrl: z.string(), dataDir: z.string() })

/** `exit` waits for the output's end, which a service left alive keeps open; `gone` for the process alone. */
type Started = Readonly<{
  child: ChildProcess
  output: () => string
  gone: Promise<unknown>
  exit: Promise<number | null>
}>

let dataDir: string
let ports: { http: number; sip: number; tls: number }
let running: Started[]

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'ct-sup-'))
  ports = { http: await freePort(), sip: await freePort(), tls: await freePort() }
  running = []
})

afterEach(async () => {
  for (const { child, gone } of running) {
    child.kill('SIGTERM')
    await gone
  }
  for (const name of ['service', 'asterisk', 'postgres']) {
    const pid = pidOf(name)
    if (pid !== null && isAlive(pid)) process.kill(pid, 'SIGKILL')
  }
  rmSync(dataDir, { recursive: true, force: true })
})

function start(env: Record<string, string> = {}): Started {
  const child = spawn(process.execPath, [entry], {
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'],
      HTTP_HOST: '127.0.0.1',
      HTTP_PORT: String(ports.http),
      SIP_HOST: '127.0.0.1',
      SIP_PORT: String(ports.sip),
      SIP_TLS_PORT: String(ports.tls),
      RTP_PORTS: '30000-30999',
      DATA_DIR: dataDir,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
  const started = {
    child,
    output: () => text,
    gone: once(child, 'exit'),
    exit: once(child, 'close').then(([code]) => code as number | null),
  }
  running.push(started)
  return started
}

/** What the stand-in answers, asked until it does. */
async function service(limitMs = 60_000): Promise<z.infer<typeof answer>> {
  return eventually(
    async () => {
      const response = await fetch(`http://127.0.0.1:${ports.http}/`).catch(() => null)
      return response === null ? undefined : answer.parse(await response.json())
    },
    { withinMs: limitMs, what: () => `an answer; output:\n${running.map((r) => r.output()).join('')}` },
  )
}

function pidOf(name: string): number | null {
  const file = join(dataDir, `${name}.pid`)
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) : null
}

function servers(): { postgres: number | null; asterisk: number | null } {
  return { postgres: pidOf('postgres'), asterisk: pidOf('asterisk') }
}

function isAlive(pid: number): boolean {
  const stat = `/proc/${pid}/stat`
  return existsSync(stat) && !readFileSync(stat, 'utf8').includes(') Z')
}

describe('the supervisor', () => {
  it('starts Postgres, Asterisk and the service, and hands the service their addresses', async () => {
    const { child, exit } = start()
    const { pid, databaseUrl, ariUrl, dataDir: given } = await service()
    expect(given).toBe(dataDir)
    expect(pidOf('service')).toBe(pid)
    expect(await probeDatabase(databaseUrl)).toBeNull()
    expect(await probeAri(ariUrl)).toMatchObject({ ok: true })
    expect(statSync(join(dataDir, 'secrets.json')).mode & 0o777).toBe(0o600)

    const { postgres, asterisk } = servers()
    child.kill('SIGINT')
    expect(await exit).toBe(0)
    for (const stopped of [pid, postgres, asterisk]) expect(stopped === null || isAlive(stopped)).toBe(false)
    expect(servers()).toEqual({ postgres: null, asterisk: null })
  })

  it('brings a killed service back within five seconds while Postgres and Asterisk run on', async () => {
    start()
    const { pid } = await service()
    const before = servers()
    process.kill(pid, 'SIGKILL')
    const next = await eventually(
      async () => {
        const now = await service(5_000)
        return now.pid === pid ? undefined : now
      },
      { withinMs: 5_000, what: 'another service' },
    )
    expect(pidOf('service')).toBe(next.pid)
    expect(servers()).toEqual(before)
  })

  it('brings Asterisk and Postgres back when they die', async () => {
    start()
    const { databaseUrl, ariUrl, pid } = await service()
    const before = servers()
    for (const server of [before.postgres, before.asterisk]) process.kill(server ?? 0, 'SIGKILL')
    await eventually(async () => (await probeDatabase(databaseUrl)) === null && (await probeAri(ariUrl)).ok, {
      withinMs: 20_000,
      what: 'both servers',
    })
    expect(servers()).not.toEqual(before)
    expect((await service()).pid).toBe(pid)
  })

  it('adopts what a killed supervisor left alive, and replaces its service', async () => {
    const first = start()
    const { pid } = await service()
    const before = servers()
    first.child.kill('SIGKILL')
    await first.gone
    expect(isAlive(pid)).toBe(true)

    const second = start()
    const next = await eventually(
      async () => {
        const now = await service()
        return now.pid === pid ? undefined : now
      },
      { withinMs: 20_000, what: 'another service' },
    )
    expect(isAlive(pid)).toBe(false)
    expect(servers()).toEqual(before)
    expect(pidOf('service')).toBe(next.pid)

    second.child.kill('SIGTERM')
    expect(await second.exit).toBe(0)
    for (const server of [before.postgres, before.asterisk, next.pid])
      expect(server === null || isAlive(server)).toBe(false)
  })

  it('keeps its data over a stop and a start', async () => {
    const first = start()
    const { databaseUrl } = await service()
    first.child.kill('SIGTERM')
    await first.exit
    start()
    expect((await service()).databaseUrl).toBe(databaseUrl)
  })

  it('says which port is taken, and what to set', async () => {
    const taken = createServer().listen(ports.http, '127.0.0.1')
    await once(taken, 'listening')
    const { exit, output } = start()
    expect(await exit).toBe(1)
    expect(output()).toMatch(new RegExp(`port ${ports.http} is taken: HTTP can't listen .* set HTTP_PORT`))
    taken.close()
  })

  it('says it of SIP as well, over UDP and over TCP', async () => {
    const udp = createSocket('udp4').bind(ports.sip, '127.0.0.1')
    await once(udp, 'listening')
    const first = start()
    expect(await first.exit).toBe(1)
    expect(first.output()).toMatch(/SIP over UDP can't listen .* set SIP_PORT/)
    udp.close()

    const tcp = createServer().listen(ports.sip, '127.0.0.1')
    await once(tcp, 'listening')
    const second = start()
    expect(await second.exit).toBe(1)
    expect(second.output()).toMatch(/SIP over TCP can't listen .* set SIP_PORT/)
    expect(servers()).toEqual({ postgres: null, asterisk: null })
    tcp.close()
  })

  it('says that the data can not be written', async () => {
    const file = join(dataDir, 'file')
    writeFileSync(file, '')
    for (const place of [file, join(file, 'below'), '/proc/centralita']) {
      const { exit, output } = start({ DATA_DIR: place })
      expect(await exit).toBe(1)
      expect(output()).toMatch(/DATA_DIR .* can't be written .*choose another folder/)
    }
  })

  it('refuses an Asterisk that is too old, and one that is away', async () => {
    const old = createHttpServer((_, response) => response.end(JSON.stringify({ system: { version: '18.26.4' } })))
    old.listen(0, '127.0.0.1')
    await once(old, 'listening')
    const address = old.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    const first = start({ ARI_URL: `http://u:p@127.0.0.1:${address.port}` })
    expect(await first.exit).toBe(1)
    expect(first.output()).toContain('Asterisk 18.26.4 is too old: 20 or later is needed')
    old.close()

    const second = start({ ARI_URL: `http://u:p@127.0.0.1:${await freePort()}` })
    expect(await second.exit).toBe(1)
    expect(second.output()).toMatch(/the Asterisk that ARI_URL names can't be reached: .*ECONNREFUSED/)
  })

  it('says that another supervisor works on the data', async () => {
    start()
    await service()
    const { exit, output } = start()
    expect(await exit).toBe(1)
    expect(output()).toMatch(/is in use by the supervisor with process id \d+/)
  })

  it('says that the database of DATABASE_URL is away', async () => {
    const { exit, output } = start({ DATABASE_URL: `postgres://u:p@127.0.0.1:${await freePort()}/x` })
    expect(await exit).toBe(1)
    expect(output()).toMatch(/DATABASE_URL names can't be reached: .*ECONNREFUSED/)
  })

  it('stops everything and passes the code on when the service refuses its configuration', async () => {
    const { exit, output } = start({ STAND_IN_EXIT_CODE: '78' })
    expect(await exit).toBe(78)
    expect(output()).toContain('nothing to work with')
    expect(servers()).toEqual({ postgres: null, asterisk: null })
  })

  it('names the variable that it can not use', async () => {
    const { exit, output } = start({ HTTP_PORT: 'eighty' })
    expect(await exit).toBe(78)
    expect(output()).toContain("HTTP_PORT can't be used")
  })
})
