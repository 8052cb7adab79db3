import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createLog, withoutSecrets } from '../../../src/platform/log.ts'

function logLines(): { lines: () => string; log: ReturnType<typeof createLog> } {
  const chunks: string[] = []
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk.toString())
      done()
    },
  })
  return { lines: () => chunks.join(''), log: createLog({ level: 'debug', destination }) }
}

describe('the log', () => {
  it('hides secrets at any depth and under any spelling', () => {
    const { lines, log } = logLines()
    log.info(
      {
        password: 'hunter-2',
        request: { headers: { Authorization: 'Bearer abc', 'set-cookie': ['centralita_session=abc'] } },
        session: { node: 'card', input: [{ digits: '4111' }], sip_ha1: 'feed' },
      },
      'seen',
    )
    for (const secret of ['hunter-2', 'abc', '4111', 'feed']) expect(lines()).not.toContain(secret)
    expect(JSON.parse(lines())).toMatchObject({ level: 'info', msg: 'seen', session: { node: 'card' } })
  })

  it('keeps errors with their stack', () => {
    const { lines, log } = logLines()
    log.error({ err: new Error('it broke') }, 'failed')
    expect(JSON.parse(lines())).toMatchObject({
      err: { message: 'it broke', stack: expect.stringContaining('log.test') },
    })
  })

  it('survives an object that contains itself', () => {
    const loop: Record<string, unknown> = { name: 'loop' }
    loop['self'] = loop
    expect(JSON.stringify(withoutSecrets(loop))).toContain('[hidden]')
  })

  it('leaves what says only whether there is a secret', () => {
    expect(withoutSecrets({ digit: true, password: null, key: 'x' })).toEqual({
      digit: true,
      password: null,
      key: '[hidden]',
    })
  })
})
