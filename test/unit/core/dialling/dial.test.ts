import { describe, expect, it } from 'vitest'
import type { Destination, NumberKind } from '../../../../src/core/dialling/destination.ts'
import { askerKey, decideDial } from '../../../../src/core/dialling/dial.ts'
import {
  costOf,
  emptyLedger,
  pruned,
  withEntry,
  type Entry,
  type Ledger,
} from '../../../../src/core/dialling/ledger.ts'
import { firstPolicy, type Asker, type Limit, type OutboundRole } from '../../../../src/core/dialling/policy.ts'
import { isWayTroubled, waysTo, type Way } from '../../../../src/core/dialling/trunk.ts'

const minute = 60_000
const at = 1_000_000_000
const mobile: Destination = { number: '+40722001001', country: 'RO', kind: 'mobile', home: true, emergency: false }
const to = (change: Partial<Destination>): Destination => ({ ...mobile, ...change })
const abroad = to({ number: '+442079460958', country: 'GB', kind: 'fixed-line', home: false })
const help = to({ number: '112', kind: 'short', emergency: true })
const way = (change: Partial<Way> = {}): Way => ({
  id: 'main',
  priority: 10,
  rate: { perCall: 0, perMinute: 0 },
  prefixes: [],
  emergency: true,
  callerId: null,
  ...change,
})
const ana: Asker = { kind: 'agent', agentId: 'ana' }

function ask(
  destination: Destination | null,
  change: {
    asker?: Asker
    role?: OutboundRole | null
    ways?: Way[]
    ledger?: Ledger
    limits?: Limit[]
    at?: number
    permissions?: Partial<(typeof firstPolicy)['permissions']>
  } = {},
): string {
  const {
    asker = ana,
    role = asker.kind === 'agent' ? 'agent' : asker.kind,
    ways = [way()],
    ledger = emptyLedger,
  } = change
  const limits = change.limits ?? firstPolicy.limits
  const permissions = { ...firstPolicy.permissions, ...change.permissions }
  const policy = { ...firstPolicy, limits, permissions }
  const decision = decideDial(policy, ledger, { asker, role, destination, ways }, change.at ?? at)
  return decision.kind === 'allowed' ? decision.ways.map(({ id }) => id).join(' ') : decision.code
}

describe('who may call what', () => {
  it('is denied unless it is allowed', () => {
    expect(ask(mobile)).toBe('main')
    expect(ask(abroad)).toBe('destination-not-allowed')
    expect(ask(abroad, { permissions: { agent: ['international'] } })).toBe('main')
    expect(ask(mobile, { permissions: { agent: [] } })).toBe('destination-not-allowed')
    expect(ask(abroad, { asker: { kind: 'system' } })).toBe('destination-not-allowed')
  })

  it.each<NumberKind>(['premium', 'shared-cost', 'special', 'short', 'unknown'])(
    'begins without %s numbers',
    (kind) => {
      for (const asker of [ana, { kind: 'flow', flowId: 'menu' }, { kind: 'callback', callbackId: '1' }] as const)
        expect(ask(to({ kind }), { asker })).toBe('destination-not-allowed')
    },
  )

  it('is nothing for somebody who is not known, and for what is no number', () => {
    expect(ask(mobile, { role: null })).toBe('unknown-asker')
    expect(ask(null)).toBe('not-a-number')
  })

  it('does not matter without a trunk that takes the number', () => {
    expect(ask(mobile, { ways: [] })).toBe('no-trunk')
    expect(ask(mobile, { ways: [way({ prefixes: ['+44'] })] })).toBe('no-trunk')
  })

  it('never holds up an emergency call: no permission, no limit, no unknown phone', () => {
    const limits: Limit[] = [
      { id: 'none', per: 'everyone', roles: [], classIds: [], windowMs: minute, calls: 0, spend: null },
    ]
    expect(ask(help, { limits, permissions: { agent: [] }, role: null })).toBe('main')
    expect(ask(help, { ways: [way({ prefixes: ['+44'] })] })).toBe('main')
    expect(ask(help, { ways: [way({ emergency: false })] })).toBe('no-trunk')
  })

  it('does not let a caller who claims to be 112 have it called back', () => {
    expect(ask(help, { asker: { kind: 'callback', callbackId: '1' } })).toBe('emergency-callback')
  })
})

describe('limits', () => {
  const limit = (change: Partial<Limit>): Limit[] => [
    { id: 'it', per: 'everyone', roles: [], classIds: [], windowMs: minute, calls: null, spend: null, ...change },
  ]
  const entry = (change: Partial<Entry> = {}): Entry => ({
    id: String(Math.abs(change.at ?? 0)) + (change.asker ?? '') + (change.number ?? ''),
    at: at - 1_000,
    role: 'agent',
    asker: askerKey(ana),
    number: mobile.number,
    classId: 'national',
    rate: { perCall: 0, perMinute: 0 },
    connectedAt: null,
    endedAt: null,
    ...change,
  })
  const ledgerOf = (...entries: Entry[]): Ledger => entries.reduce(withEntry, emptyLedger)

  it('count calls within their window', () => {
    const ledger = ledgerOf(entry({ at: at - 2 * minute, endedAt: at - 1 }), entry({ at: at - 1_000 }))
    expect(ask(mobile, { ledger, limits: limit({ calls: 2 }) })).toBe('main')
    expect(ask(mobile, { ledger, limits: limit({ calls: 1 }) })).toBe('limit-reached')
    expect(ask(mobile, { ledger, limits: limit({ calls: 1 }), at: at + minute })).toBe('main')
  })

  it('count what belongs together: of one asker, to one number, of a role, to a class', () => {
    const ledger = ledgerOf(entry({ asker: 'agent bogdan', number: '+40722001002' }))
    expect(ask(mobile, { ledger, limits: limit({ per: 'asker', calls: 1 }) })).toBe('main')
    expect(ask(mobile, { ledger, limits: limit({ per: 'number', calls: 1 }) })).toBe('main')
    expect(ask(mobile, { ledger, limits: limit({ per: 'everyone', calls: 1 }) })).toBe('limit-reached')
    expect(ask(mobile, { ledger, limits: limit({ calls: 1, roles: ['callback'] }) })).toBe('main')
    expect(ask(mobile, { ledger, limits: limit({ calls: 1, classIds: ['international'] }) })).toBe('main')
  })

  it('hold money: a call that goes on costs on, and one minute of the next is counted at once', () => {
    const rate = { perCall: 0.1, perMinute: 0.5 }
    const running = entry({ at: at - 10 * minute, connectedAt: at - 2 * minute, rate })
    expect(costOf(running, at)).toBeCloseTo(1.1)
    const ways = [way({ rate })]
    expect(ask(mobile, { ledger: ledgerOf(running), ways, limits: limit({ spend: 1.8 }) })).toBe('main')
    expect(ask(mobile, { ledger: ledgerOf(running), ways, limits: limit({ spend: 1.6 }) })).toBe('limit-reached')
    expect(ask(mobile, { ledger: ledgerOf(running), ways, limits: limit({ spend: 1.8 }), at: at + minute })).toBe(
      'limit-reached',
    )
  })

  it('count no money for a call that nobody answered', () => {
    const rate = { perCall: 0.1, perMinute: 0.5 }
    expect(costOf(entry({ rate }), at)).toBeCloseTo(0.6)
    expect(costOf(entry({ rate, endedAt: at }), at)).toBe(0)
    expect(costOf(entry({ rate, connectedAt: at, endedAt: at + minute + 1 }), at)).toBeCloseTo(1.1)
  })

  it('forget what lies behind every window, and nothing that goes on', () => {
    const old = entry({ at: at - 2 * minute, endedAt: at - 2 * minute })
    const running = entry({ at: at - 3 * minute })
    expect(pruned(ledgerOf(old, running), limit({ calls: 1 }), at).entries).toEqual([running])
  })
})

describe('trunks', () => {
  it('are tried by priority, then by what they cost, and only for the numbers they take', () => {
    const ways = [
      way({ id: 'dear', priority: 1, rate: { perCall: 0, perMinute: 2 } }),
      way({ id: 'last', priority: 9 }),
      way({ id: 'cheap', priority: 1, rate: { perCall: 0, perMinute: 1 } }),
      way({ id: 'british', priority: 1, prefixes: ['+44'] }),
    ]
    expect(waysTo(mobile, ways).map(({ id }) => id)).toEqual(['cheap', 'dear', 'last'])
    expect(waysTo(abroad, ways).map(({ id }) => id)).toEqual(['british', 'cheap', 'dear', 'last'])
  })

  it.each([
    [408, true],
    [500, true],
    [503, true],
    [404, false],
    [480, false],
    [486, false],
    [487, false],
    [603, false],
  ])('that answer %i leave the next one to try: %s', (sip, next) =>
    expect(isWayTroubled({ sip, cause: 19 })).toBe(next),
  )

  it('without an answer are judged by the cause', () => {
    expect(isWayTroubled({ sip: null, cause: 20 })).toBe(true)
    expect(isWayTroubled({ sip: null, cause: 17 })).toBe(false)
  })
})
