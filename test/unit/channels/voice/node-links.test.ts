import { describe, expect, it } from 'vitest'
import {
  linkObjects,
  linkVariables,
  nodeOfLink,
  throughLink,
  type LinkEnd,
} from '../../../../src/channels/voice/node-links.ts'

const end = (name: string, password: string, host: string): LinkEnd => ({
  name,
  access: { url: `http://${host}:8088`, username: 'centralita', password, app: 'centralita' },
  sip: { host, port: 5060 },
})

const main = end('main', 'one', '127.0.0.1')
const b = end('b', 'two', '127.0.0.2')

describe('a link between two nodes', () => {
  it('has at either end what the other end answers with, and no password', async () => {
    const [fromB, toB, place, link] = await linkObjects(main, b)
    const [fromMain, toMain] = await linkObjects(b, main)
    expect([fromB?.id, toB?.id]).toEqual(['node~b', 'node~b-out'])
    expect(toB?.fields['md5_cred']).toBe(fromMain?.fields['md5_cred'])
    expect(toMain?.fields['md5_cred']).toBe(fromB?.fields['md5_cred'])
    expect(toB?.fields['md5_cred']).not.toBe(fromB?.fields['md5_cred'])
    expect(JSON.stringify([fromB, toB])).not.toMatch(/"(one|two)"/)
    expect(place?.fields['contact']).toBe('sip:127.0.0.2:5060')
    expect(link?.fields).toMatchObject({ permit: '127.0.0.2/32', context: 'from-nodes', allow_transfer: 'no' })
  })

  it('has another secret with every node', async () => {
    const [auth] = await linkObjects(main, b)
    const [other] = await linkObjects(main, end('b', 'three', '127.0.0.2'))
    expect(auth?.fields['md5_cred']).not.toBe(other?.fields['md5_cred'])
  })

  it('tells the name of the leg to the other node alone', () => {
    expect(linkVariables(throughLink('ana', 'b'), 'leg.a1')).toEqual({ 'PJSIP_HEADER(add,X-Centralita-Leg)': 'leg.a1' })
    expect(linkVariables('ana', 'leg.a1')).toEqual({})
  })

  it('is told from phones and trunks by the name of its channels', () => {
    expect(nodeOfLink('PJSIP/node~b-0000001f')).toBe('b')
    expect(nodeOfLink('PJSIP/node-b-0000001f')).toBeNull()
    expect(nodeOfLink('PJSIP/ana-0000001f')).toBeNull()
  })
})
