import { describe, expect, it } from 'vitest'
import { emergencyNumbers } from '../../../src/outbound/emergency-numbers.ts'
import { numberFor, readDestination } from '../../../src/outbound/numbers.ts'

const emergency = emergencyNumbers('RO', ['9911'])
const read = (text: string) => readDestination(text, 'RO', emergency)

describe('a number that somebody dialled', () => {
  it.each([
    ['0722 001 001', '+40722001001', 'mobile', true],
    ['+40215550000', '+40215550000', 'fixed-line', true],
    ['00442079460958', '+442079460958', 'fixed-line', false],
    ['+40900123456', '+40900123456', 'premium', true],
    ['+40800800800', '+40800800800', 'toll-free', true],
    ['+12125551234', '+12125551234', 'fixed-or-mobile', false],
    ['+8816123456', '+8816123456', 'unknown', false],
    ['1958', '1958', 'short', true],
    ['0722', '0722', 'short', true],
  ])('%s is %s', (text, number, kind, home) =>
    expect(read(text)).toMatchObject({ number, kind, home, emergency: false }),
  )

  it.each(['112', '911', '1 1 2', '9911'])('%s is help', (text) =>
    expect(read(text)).toMatchObject({ emergency: true }),
  )

  it.each(['', '*72', '#31#0722001001', 'sip:a@b', '112@evil', 'PJSIP/x', '+', '1'.repeat(30)])(
    '"%s" is none',
    (text) => expect(read(text)).toBeNull(),
  )

  it('is help where the country says so', () => {
    expect(readDestination('997', 'PL', emergencyNumbers('PL', []))).toMatchObject({ emergency: true })
    expect(read('997')).toMatchObject({ emergency: false, kind: 'short' })
  })
})

describe('a number on its way to a carrier', () => {
  const written = (text: string, form: 'plus' | 'digits' | 'national') => {
    const destination = read(text)
    return destination === null ? null : numberFor(destination, form, 'RO')
  }

  it.each([
    ['0722001001', 'plus', '+40722001001'],
    ['0722001001', 'digits', '40722001001'],
    ['0722001001', 'national', '0722001001'],
    ['+442079460958', 'national', '442079460958'],
    ['112', 'digits', '112'],
  ] as const)('%s as %s is %s', (text, form, sent) => expect(written(text, form)).toBe(sent))
})
