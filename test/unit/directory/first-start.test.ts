import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { firstStartFile, type FirstStart } from '../../../src/directory/first-start.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ct-first-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const sip = { host: '192.0.2.7', port: 5060 }
const content: FirstStart = {
  url: 'http://192.0.2.7:8080',
  sip,
  admin: { username: 'admin', password: 'admin-secret' },
  agents: [
    { username: 'ana', password: 'ana-secret', sip: { username: 'ana', password: 'ana-phone' } },
    { username: 'bogdan', password: 'bogdan-secret', sip: { username: 'bogdan', password: 'bogdan-phone' } },
  ],
  numbers: [{ number: '1000', flow: 'main-menu' }],
}
const text = (): Promise<string> => readFile(join(folder, 'first-start.json'), 'utf8')

describe('first-start.json', () => {
  it('can be read by its owner only and has the agreed shape', async () => {
    await firstStartFile(folder).write(content)
    const { mode } = await stat(join(folder, 'first-start.json'))
    expect(mode & 0o777).toBe(0o600)
    expect(JSON.parse(await text())).toEqual(content)
  })

  it('loses each password as it changes, and goes with the last one of a person', async () => {
    const file = firstStartFile(folder)
    await file.write(content)
    await Promise.all([file.forgetPassword('ana'), file.forgetSipPassword('bogdan'), file.forgetPassword('nobody')])
    const left = await text()
    for (const gone of ['ana-secret', 'bogdan-phone']) expect(left).not.toContain(gone)
    for (const kept of ['ana-phone', 'bogdan-secret', 'admin-secret']) expect(left).toContain(kept)
    await file.forgetPassword('admin')
    await file.forgetPassword('bogdan')
    expect(await readdir(folder)).toEqual([])
    expect(await file.banner(content)).toBeNull()
    await file.forgetPassword('admin')
  })

  it('prints what somebody needs for the first call, with the addresses of today', async () => {
    const file = firstStartFile(folder)
    await file.write(content)
    await file.forgetPassword('ana')
    const banner = await file.banner({ url: 'http://192.0.2.8:9090', sip: { ...sip, port: 5070 } })
    for (const told of [
      'http://192.0.2.8:9090',
      'admin / admin-secret',
      '192.0.2.7:5070',
      '1000',
      'bogdan-secret',
      'ana-phone',
    ])
      expect(banner).toContain(told)
    expect(banner).toMatch(/ana +password \(changed since\)/)
    expect(JSON.parse(await text())).toMatchObject({ url: 'http://192.0.2.8:9090', sip: { port: 5070 } })
  })
})
