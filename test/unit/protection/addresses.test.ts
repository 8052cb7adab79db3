import { describe, expect, it } from 'vitest'
import { customerOf } from '../../../src/platform/internet-address.ts'
import { membership } from '../../../src/protection/addresses.ts'

describe('an address that is banned', () => {
  it.each([
    ['198.51.100.7', '198.51.100.7'],
    ['::ffff:198.51.100.7', '198.51.100.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('%s stands for %s', (text, key) => expect(customerOf(text)).toBe(key))

  it.each(['', 'example.org', '1.2.3', '1.2.3.4;drop'])('"%s" is none', (text) => expect(customerOf(text)).toBeNull())
})

it('networks that are never banned hold their addresses and nothing else', () => {
  const isOurs = membership(['192.0.2.0/28', '198.51.100.7', '2001:db8::/32', 'sip.example.net'])
  expect(['192.0.2.15', '198.51.100.7', '2001:db8:1:2::/64'].map(isOurs)).toEqual([true, true, true])
  expect(['192.0.2.16', '198.51.100.8', '2001:db9::/64'].map(isOurs)).toEqual([false, false, false])
})
