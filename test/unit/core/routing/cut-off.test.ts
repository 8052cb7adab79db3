import { describe, expect, it } from 'vitest'
import { explainNow } from '../../../../src/core/routing/explain-now.ts'
import { restore, snapshot } from '../../../../src/core/routing/snapshot.ts'
import { interactionView } from '../../../../src/core/routing/views.ts'
import { kinds, Scenario } from './scenario.ts'

function centreWith(...calls: string[]): Scenario {
  const centre = new Scenario()
  centre.queue('sales')
  for (const id of calls) {
    centre.pass(1_000)
    centre.call(id)
  }
  return centre
}
const cutOff = (centre: Scenario, interactionId: string, on = true) =>
  centre.send({ kind: 'cut-off', interactionId, on })

describe('a customer who is out of reach', () => {
  it('is passed over and keeps the place, until they are within reach again', () => {
    const centre = centreWith('far', 'near')
    cutOff(centre, 'far')
    centre.agent('ana')
    expect([centre.ringsAt('far'), centre.ringsAt('near')]).toEqual([null, 'ana'])
    centre.agent('bogdan')
    expect(centre.ringsAt('far')).toBeNull()
    centre.call('later')
    expect(centre.ringsAt('later')).toBe('bogdan')
    centre.agent('citra')
    cutOff(centre, 'far', false)
    expect(centre.ringsAt('far')).toBe('citra')
  })

  it('is told of once, and of nobody who does not wait', () => {
    const centre = centreWith('far')
    expect(kinds(cutOff(centre, 'far').facts)).toEqual(['customer-cut-off'])
    expect(cutOff(centre, 'far').facts).toEqual([])
    expect(cutOff(centre, 'nobody').facts).toEqual([])
    centre.send({ kind: 'end-interaction', interactionId: 'far', by: 'customer', outcome: null, cause: null })
    expect(cutOff(centre, 'far').facts).toEqual([])
  })

  it('lets a phone ring on, and is not offered again once that offer is lost', () => {
    const centre = centreWith('far')
    centre.agent('ana')
    const offerId = centre.offerId('far')
    cutOff(centre, 'far')
    expect(centre.ringsAt('far')).toBe('ana')
    centre.send({ kind: 'lose-offer', interactionId: 'far', offerId })
    expect(centre.view('far')).toMatchObject({ phase: 'queued', isCutOff: true })
  })

  it('is explained, and is so after a restart', () => {
    const centre = centreWith('far')
    centre.agent('ana')
    centre.presence('ana', 'offline')
    centre.send({ kind: 'lose-offer', interactionId: 'far', offerId: 'far/1' })
    cutOff(centre, 'far')
    const hindrances = explainNow(centre.state, 'far')?.agents.flatMap((it) => it.hindrances.map(({ kind }) => kind))
    expect(hindrances).toContain('customer-cut-off')
    const again = restore(JSON.parse(JSON.stringify(snapshot(centre.state))))
    expect(interactionView(again, 'far')).toEqual(centre.view('far'))
  })
})
