import { describe, expect, it } from 'vitest'
import { Phone, flow } from './phone.ts'

const menu = flow(`
one:
  ask: Press 1 or 12.
  choices:
    "1": { label: Sales, next: bye }
    "12": { label: Support, words: [help], next: person }
    "9": { next: one }
  wait: { first: 5s, between: 2s, written: 10m }
  tries: 2
  on: { give-up: person }`)

describe('a menu', () => {
  it('starts to wait when its prompt was heard', () => {
    const phone = new Phone(menu)
    expect(phone.said()).toBe('Press 1 or 12.')
    phone.listened()
    expect(phone.kinds()).toEqual([])
    expect(phone.step.wakeAt).toBe(phone.at + 5000)
  })

  it('is interrupted by a key, which counts', () => {
    const phone = new Phone(menu)
    const { effectId } = phone.effect('play')
    phone.press('9')
    expect(phone.effects.find(({ kind }) => kind === 'stop-playing')).toMatchObject({ playId: effectId })
    expect(phone.node()).toBe('one')
    expect(phone.kinds()).toEqual(['stop-playing', 'play'])
  })

  it('waits for another key only where a longer choice begins the same', () => {
    const phone = new Phone(menu).listened().press('1')
    expect(phone.step.wakeAt).toBe(phone.at + 2000)
    phone.press('2')
    expect(phone.node()).toBe('person')
    const other = new Phone(menu).listened().press('1').silence()
    expect(other.node()).toBe('bye')
  })

  it('says what was wrong and asks again, then gives up', () => {
    const phone = new Phone(menu).listened().press('7')
    expect(phone.said()).toBe('Sorry, that is not one of the choices. Press 1 or 12.')
    phone.listened().silence()
    expect(phone.node()).toBe('person')
    expect(phone.notes('input-given')).toMatchObject([{ nodeId: 'one', text: '7', length: 1, secret: false }])
  })

  it('counts its tries anew once it was answered', () => {
    const phone = new Phone(menu).listened().press('7').listened().press('9').listened().press('7')
    expect(phone.node()).toBe('one')
  })

  it('ignores a prompt that ended after it was interrupted', () => {
    const phone = new Phone(menu)
    const { effectId } = phone.effect('play')
    phone.press('1').send({ kind: 'played', effectId })
    expect(phone.step.wakeAt).toBe(phone.at - 10 + 2000)
    expect(phone.effects).toEqual([])
  })

  it('keeps keys until the end of a prompt that may not be interrupted', () => {
    const phone = new Phone(menu.replace('tries: 2', 'tries: 2\n    interruptible: false')).press('12')
    expect(phone.kinds()).toEqual([])
    phone.listened()
    expect(phone.node()).toBe('person')
  })

  it('leaves by its own ways for a time-out and a wrong key', () => {
    const own = menu.replace('on: { give-up: person }', 'on: { timeout: bye, no-match: person, give-up: person }')
    expect(new Phone(own).listened().silence().node()).toBe('bye')
    expect(new Phone(own).listened().press('4').node()).toBe('person')
  })

  it('ignores a tick that comes too early', () => {
    const phone = new Phone(menu).listened()
    const { wakeAt } = phone.step
    phone.send({ kind: 'tick' }, 100)
    expect(phone.step.wakeAt).toBe(wakeAt)
    expect(phone.node()).toBe('one')
  })

  it('goes on when nobody reports its prompt as played', () => {
    const phone = new Phone(menu).silence()
    expect(phone.step.session.activity.kind).toBe('collecting')
  })
})

describe('a menu in writing', () => {
  it('offers buttons in the order of the file and waits longer', () => {
    const phone = new Phone(menu, { channel: 'chat' })
    expect(phone.effect('play').choices).toEqual([
      { key: '1', label: 'Sales' },
      { key: '12', label: 'Support' },
      { key: '9', label: '9' },
    ])
    phone.listened()
    expect(phone.step.wakeAt).toBe(phone.at + 600_000)
  })

  it.each([
    ['1', 'bye'],
    ['sales', 'bye'],
    ['SALES, please!', 'bye'],
    ['I need help', 'person'],
  ])('understands «%s»', (text, node) => {
    expect(new Phone(menu, { channel: 'sms' }).listened().send({ kind: 'words', text }).node()).toBe(node)
  })

  it('asks again when words mean nothing, or two things', () => {
    for (const text of ['hello', 'sales or help']) {
      const phone = new Phone(menu, { channel: 'chat' }).listened().send({ kind: 'words', text })
      expect(phone.said()).toContain('not one of the choices')
    }
  })
})

describe('a menu that listens', () => {
  const spoken = menu
    .replace('tries: 2', 'tries: 2\n    speech: true')
    .replace('"9": { next', '"9": { label: Again, next')

  it('listens for labels and words after the prompt', () => {
    const phone = new Phone(spoken).listened()
    expect(phone.effect('listen')).toMatchObject({ language: 'en', hints: ['Sales', 'Support', 'help', 'Again'] })
    expect(phone.send({ kind: 'words', text: 'support', confidence: 0.9 }).node()).toBe('person')
  })

  it('asks again when it is unsure', () => {
    const phone = new Phone(spoken).listened().send({ kind: 'words', text: 'support', confidence: 0.1 })
    expect(phone.said()).toContain('did not understand')
  })

  it('stops listening for a key, and keeps the keypad when recognition fails', () => {
    const phone = new Phone(spoken).listened()
    const { effectId } = phone.effect('listen')
    const other = new Phone(spoken).listened().press('9')
    expect(other.effects.find(({ kind }) => kind === 'stop-listening')).toMatchObject({ listenId: effectId })
    phone.send({ kind: 'speech-failed', effectId })
    expect(phone.step.session.activity.kind).toBe('collecting')
    expect(phone.press('9').node()).toBe('one')
  })
})

describe('keys typed ahead', () => {
  const two = flow(`
one: { say: A long welcome., next: two }
two:
  ask: Press 1.
  choices: { "1": { next: three } }
  on: { give-up: person }
three:
  ask: Press 5.
  choices: { "5": { next: bye } }
  on: { give-up: person }`)

  it('cut a welcome short and answer the menus that follow', () => {
    const phone = new Phone(two).press('1')
    expect(phone.node()).toBe('three')
    expect(phone.kinds()).toEqual(['stop-playing', 'play'])
    expect(phone.said()).toBe('Press 5.')
  })

  it('are dropped where they can’t be meant', () => {
    const phone = new Phone(two).press('8')
    expect(phone.node()).toBe('two')
    expect(phone.said()).toBe('Press 1.')
    expect(phone.notes('input-given')).toEqual([])
  })
})

describe('a survey', () => {
  const survey = flow(`
one: { survey: From 0 to 10?, scale: { from: 0, to: 10 }, into: score, next: two, on: { give-up: bye } }
two: { branch: [{ when: score == 10, next: bye }], else: person }`)

  it('notes the score, with ten as two keys', () => {
    const phone = new Phone(survey).listened().press('10')
    expect(phone.notes('survey-answered')).toMatchObject([{ nodeId: 'one', score: 10 }])
    expect(phone.node()).toBe('bye')
    expect(new Phone(survey).listened().press('1').silence().notes('survey-answered')).toMatchObject([{ score: 1 }])
  })
})
