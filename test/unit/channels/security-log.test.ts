import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { SecurityLog, securityEventOf } from '../../../src/channels/voice/security-log.ts'
import { eventually } from '../../peers/poll.ts'

const line = (address: string, kind = 'ChallengeResponseFailed') =>
  `[2026-01-01 10:00:00.000] SECURITY[1] res_security_log.c: SecurityEvent="${kind}",EventTV="x",Severity="Error",` +
  `Service="PJSIP",EventVersion="1",AccountID="ana",SessionID="1",LocalAddress="IPV4/UDP/127.0.0.1/5060",` +
  `RemoteAddress="IPV4/UDP/${address}/5062",Challenge=""\n`

let folder: string
let path: string
let seen: string[]
let log: SecurityLog

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ct-security-'))
  path = join(folder, 'security.log')
  seen = []
  log = new SecurityLog({ path, log: pino({ level: 'silent' }), onEvent: ({ address }) => seen.push(address) })
})
afterEach(() => {
  log.stop()
  rmSync(folder, { recursive: true, force: true })
})

const sees = (addresses: string[]) =>
  eventually(() => seen.join() === addresses.join(), {
    withinMs: 10_000,
    what: () => `${addresses.join()}; saw ${seen.join()}`,
  })

it('reads who, from where and what', () => {
  expect(securityEventOf(line('198.51.100.7'))).toEqual({
    ...{ kind: 'ChallengeResponseFailed', address: '198.51.100.7', account: 'ana', acl: null },
  })
  expect(securityEventOf('[2026-01-01] Asterisk 22 built by nobody')).toBeNull()
})

it('is not led by what a stranger writes into it: nobody is trusted, shut out or passed over for that', () => {
  const seen = (kind: string, sessionId: string, end: string) =>
    securityEventOf(
      `[2026-01-01] SECURITY[1] res_security_log.c: SecurityEvent="${kind}",EventTV="x",Severity="Error",Service="PJSIP",` +
        `EventVersion="1",AccountID="ana",SessionID="${sessionId}",LocalAddress="IPV4/UDP/127.0.0.1/5060",` +
        `RemoteAddress="IPV4/UDP/198.51.100.7/5062"${end}`,
    )
  const theirs = { address: '198.51.100.7', account: 'ana' }
  for (const sessionId of [
    'x",SecurityEvent="SuccessfulAuth',
    'x",RemoteAddress="IPV4/UDP/192.0.2.1/1',
    'x"y',
    'x a="',
  ])
    expect(seen('InvalidAccountID', sessionId, '')).toEqual({ ...theirs, kind: 'InvalidAccountID', acl: null })
  expect(seen('FailedACL', 'x",ACLName="theirs', ',ACLName="ours"')).toMatchObject({ ...theirs, acl: 'ours' })
  const forged = ',Challenge="x",RemoteAddress="IPV4/UDP/192.0.2.1/1",Response=""'
  expect(seen('ChallengeResponseFailed', 'x', forged)).toBeNull()
})

it('follows what is written from now on, whole lines only', async () => {
  writeFileSync(path, line('192.0.2.1'))
  await log.start()
  appendFileSync(path, line('192.0.2.2') + line('192.0.2.3').slice(0, 60))
  await sees(['192.0.2.2'])
  appendFileSync(path, line('192.0.2.3').slice(60))
  await sees(['192.0.2.2', '192.0.2.3'])
})

it('begins at the start of a file that was not there, was cut, or was put aside', async () => {
  await log.start()
  writeFileSync(path, line('192.0.2.1') + line('192.0.2.1'))
  await sees(['192.0.2.1', '192.0.2.1'])
  writeFileSync(path, line('192.0.2.2'))
  await sees(['192.0.2.1', '192.0.2.1', '192.0.2.2'])
  renameSync(path, `${path}.1`)
  writeFileSync(path, line('192.0.2.3'))
  await sees(['192.0.2.1', '192.0.2.1', '192.0.2.2', '192.0.2.3'])
})
