import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ConfigurationError, readConfig } from '../../src/config.ts'

function problemsOf(env: Record<string, string>): string[] {
  try {
    readConfig(env)
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message.split('\n')
    throw error
  }
  return []
}

describe('the configuration', () => {
  it('has the documented defaults', () => {
    expect(readConfig({})).toMatchObject({
      http: { host: '0.0.0.0', port: 8080 },
      sip: { host: '0.0.0.0', port: 5060 },
      rtp: { from: 10_000, to: 20_000 },
      dataDir: resolve('data'),
      databaseUrl: null,
      ari: null,
      scriptsDir: resolve('ivr-scripts'),
      logLevel: 'info',
      publicUrl: null,
      country: 'RO',
      demo: true,
    })
  })

  it('takes an empty variable for an unset one', () => {
    expect(readConfig({ HTTP_PORT: '', DATABASE_URL: ' ' })).toEqual(readConfig({}))
  })

  it('splits the address of ARI, with what is percent-encoded in it', () => {
    const { ari } = readConfig({ ARI_URL: 'https://acd:p%40ss@pbx.example.org:8089/', ARI_APP: 'desk' })
    expect(ari).toEqual({ url: 'https://pbx.example.org:8089', username: 'acd', password: 'p@ss', app: 'desk' })
  })

  it('advertises the address it listens on, unless another is named', () => {
    expect(readConfig({ SIP_HOST: '192.0.2.7' }).sip.advertisedHost).toBe('192.0.2.7')
    expect(readConfig({ SIP_HOST: '192.0.2.7', SIP_ADVERTISED_HOST: 'sip.example.org' }).sip.advertisedHost).toBe(
      'sip.example.org',
    )
    expect(readConfig({}).sip.advertisedHost).not.toBe('0.0.0.0')
  })

  it('names every variable that can not be used, and what to write', () => {
    expect(problemsOf({ HTTP_PORT: '80a', RTP_PORTS: '20000-10000', ORGANISATION_COUNTRY: 'Romania' })).toEqual([
      "HTTP_PORT can't be used: write a port between 1 and 65535, such as 8080",
      "RTP_PORTS can't be used: write at least ten ports from 1024 up, such as 10000-20000",
      "ORGANISATION_COUNTRY can't be used: write a country of two letters, such as RO",
    ])
  })

  it('reads how little free space is little, as a share, an amount, or whichever is less', () => {
    expect(readConfig({}).diskBounds).toEqual({
      low: { share: 0.1, bytes: 5e9 },
      urgent: { share: 0.02, bytes: 1e9 },
    })
    expect(readConfig({ DISK_LOW: '500 mb', DISK_URGENT: '1.5%' }).diskBounds).toEqual({
      low: { share: null, bytes: 5e8 },
      urgent: { share: 0.015, bytes: null },
    })
    expect(problemsOf({ DISK_LOW: '10%,1GB', DISK_URGENT: '2%,1GB' })).toEqual([
      'DISK_URGENT must be less than DISK_LOW: raise DISK_LOW, or lower DISK_URGENT',
    ])
    for (const text of ['5', '100%', '0GB', '5GB,10GB', '5%,', 'a lot'])
      expect(problemsOf({ DISK_LOW: text })).toEqual([
        "DISK_LOW can't be used: write a share, an amount or both with a comma (then whichever is less), such as 10%, 5GB or 10%,5GB",
      ])
  })

  it('reads the nodes beside the first', () => {
    const { nodes, nodeSip } = readConfig({
      NODES: 'b=http://acd:p%40ss@10.0.0.2:8088?sip=10.0.0.2:5060  c=https://acd:x@10.0.0.3:8089?sip=[fd00::3]:5062',
      NODE_SIP: '10.0.0.1:5060',
    })
    expect(nodeSip).toEqual({ host: '10.0.0.1', port: 5060 })
    expect(nodes).toEqual([
      {
        name: 'b',
        ari: { url: 'http://10.0.0.2:8088', username: 'acd', password: 'p@ss', app: 'centralita' },
        sip: { host: '10.0.0.2', port: 5060 },
      },
      expect.objectContaining({ name: 'c', sip: { host: 'fd00::3', port: 5062 } }),
    ])
    expect(readConfig({ SIP_HOST: '192.0.2.7', SIP_PORT: '5070' })).toMatchObject({
      nodes: [],
      nodeSip: { host: '192.0.2.7', port: 5070 },
    })
  })

  it.each([
    ['NODES', 'b=http://10.0.0.2:8088?sip=10.0.0.2:5060'],
    ['NODES', 'b=http://u:p@10.0.0.2:8088'],
    ['NODES', 'main=http://u:p@10.0.0.2:8088?sip=10.0.0.2:5060'],
    ['NODES', 'B-2=http://u:p@10.0.0.2:8088?sip=10.0.0.2:5060'],
    ['NODES', 'b=http://u:p@h:8088?sip=h:5060 b=http://u:p@i:8088?sip=i:5060'],
    ['NODE_SIP', '10.0.0.1'],
    ['NODE_ALONE', 'main=http://u:p@10.0.0.2:8088'],
    ['EDGE_SIP', '192.0.2.10'],
    ['EDGE_URL', 'http://127.0.0.1:8090/rpc'],
    ['SIP_PORT', '0'],
    ['SIP_PORT', '65536'],
    ['SIP_PORT', '65535'],
    ['SIP_PORT', '8080'],
    ['SIP_PORT', '8079'],
    ['SIP_TLS_PORT', '5060'],
    ['TRUSTED_PROXIES', '10.0.0.0/99'],
    ['SIP_LOCAL_NETWORKS', '10.0.0.0/8,home'],
    ['BAN_EXEMPT', '192.0.2.999'],
    ['RTP_PORTS', '80-90'],
    ['DATABASE_URL', 'mysql://user:password@host/base'],
    ['ARI_URL', 'http://host:8088'],
    ['ARI_APP', 'two words'],
    ['LOG_LEVEL', 'loud'],
    ['PUBLIC_URL', 'calls.example.org'],
    ['DEMO', 'yes'],
  ])('refuses %s=%s', (name, value) => {
    expect(problemsOf({ [name]: value })).toHaveLength(1)
  })

  it('lets two listeners share a port where they never meet', () => {
    const hosts = { HTTP_HOST: '127.0.0.1', SIP_HOST: '192.0.2.7' }
    expect(problemsOf({ ...hosts, HTTP_PORT: '5060' })).toEqual([])
    expect(problemsOf({ HTTP_PORT: '5060' })).toEqual([
      'HTTP_PORT and SIP_PORT are both 5060: set one of them to another port',
    ])
    expect(problemsOf({ HTTP_PORT: '5060', ARI_URL: 'http://user:password@pbx:8088' })).toEqual([])
  })

  it('never shows a secret in its complaint', () => {
    expect(problemsOf({ DATABASE_URL: 'mysql://user:hunter2@host/base' }).join()).not.toContain('hunter2')
  })

  it('is frozen through and through', () => {
    const config = readConfig({})
    expect([config, config.http, config.sip, config.rtp].every((part) => Object.isFrozen(part))).toBe(true)
  })
})
