import { readFileSync } from 'node:fs'
import { Random } from '../simulation/random.ts'

export type TortureMessage = Readonly<{ name: string; section: string; bytes: Buffer }>

const file = new URL('../fixtures/sip-torture/messages.txt', import.meta.url)

/** The messages of RFC 4475, as they go over the wire. */
export function tortureMessages(): TortureMessage[] {
  const [, ...parts] = readFileSync(file, 'utf8').split(/^=== /m)
  return parts.map((part) => {
    const end = part.indexOf('\n')
    const [name = '', section = ''] = part.slice(0, end).split(' ')
    return { name, section, bytes: onTheWire(part.slice(end + 1)) }
  })
}

/** Undoes the RFC's marks (its section 2). */
function onTheWire(text: string): Buffer {
  const whole = text
    .replaceAll(/<allOneLine>\n([\s\S]*?)\n<\/allOneLine>/g, (_, lines: string) => lines.replaceAll('\n', ''))
    .replaceAll(/<repeat count=(\d+)>(.*?)<\/repeat>/g, (_, count: string, what: string) => what.repeat(Number(count)))
    .replaceAll('\n', '\r\n')
  const [first = '', ...rest] = whole.split('<hex>')
  const pieces = rest.flatMap((piece) => {
    const [digits = '', after = ''] = piece.split('</hex>')
    return [Buffer.from(digits.replaceAll(/\s/g, ''), 'hex'), Buffer.from(after)]
  })
  return Buffer.concat([Buffer.from(first), ...pieces])
}

/** The same seed gives the same damage: each is one of the messages, hurt in one to eight places. */
export function* damagedMessages(messages: readonly Buffer[], count: number, seed: number): Generator<Buffer> {
  const random = new Random(seed)
  for (let i = 0; i < count; i++) {
    let message = random.pick(messages)
    for (let hurts = 1 + random.below(8); hurts > 0; hurts--) message = hurt(message, random)
    // One packet of UDP holds no more.
    yield message.subarray(0, 60_000)
  }
}

const hurt = (message: Buffer, random: Random): Buffer => random.pick(damages)(message, random)

type Damage = (message: Buffer, random: Random) => Buffer

const damages: readonly Damage[] = [
  function flipBit(message, random) {
    const copy = Buffer.from(message)
    const at = random.below(copy.length)
    copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8))
    return copy
  },
  function anyByte(message, random) {
    const copy = Buffer.from(message)
    copy[random.below(copy.length)] = random.below(256)
    return copy
  },
  function cutOut(message, random) {
    const at = random.below(message.length)
    return Buffer.concat([message.subarray(0, at), message.subarray(at + random.below(40))])
  },
  function cutOff(message, random) {
    return message.subarray(0, Math.max(1, random.below(message.length)))
  },
  function sayTwice(message, random) {
    const at = random.below(message.length)
    const piece = message.subarray(at, at + random.below(120))
    return Buffer.concat([message.subarray(0, at), piece, message.subarray(at)])
  },
  function insert(message, random) {
    const at = random.below(message.length)
    return Buffer.concat([message.subarray(0, at), Buffer.from(random.pick(hostile)), message.subarray(at)])
  },
  function swapLines(message, random) {
    const lines = message.toString('latin1').split('\r\n')
    const [a, b] = [random.below(lines.length), random.below(lines.length)]
    ;[lines[a], lines[b]] = [lines[b] ?? '', lines[a] ?? '']
    return Buffer.from(lines.join('\r\n'), 'latin1')
  },
  function changeNumber(message, random) {
    const text = message.toString('latin1')
    const numbers = [...text.matchAll(/\d+/g)]
    if (numbers.length === 0) return message
    const { index, 0: digits } = random.pick(numbers)
    const changed = text.slice(0, index) + random.pick(extremes) + text.slice(index + digits.length)
    return Buffer.from(changed, 'latin1')
  },
]

const hostile = [
  '\0',
  '\r\n',
  '\r\n\r\n',
  '%n%s%x',
  '<>"',
  ';;;',
  ',,',
  '\xff\xfe',
  ' '.repeat(500),
  'A'.repeat(2_000),
  '[::',
  '@',
  ':',
]
const extremes = ['0', '-1', '65536', '2147483648', '4294967296', '18446744073709551616', '9'.repeat(60)]
