/** Passwords of people: Argon2id hashes, and generated ones that can be read over a telephone. */
import { randomInt } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'
import { z } from 'zod'

// OWASP's second recommended setting: 19 MiB, two passes, one lane. The package's default algorithm is Argon2id.
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

export const passwordSchema = z
  .string()
  .min(10, 'use at least 10 characters')
  .max(200, 'use at most 200 characters')
  .describe('10 to 200 characters')

export const oneTime = z
  .boolean()
  .describe(
    'they must choose another when they sign in, as is right for whatever somebody else knows; true unless given',
  )

export const hashPassword = (password: string): Promise<string> => hash(password, cost)

// Of a password that nobody has: verifying against it takes as long as against a real one.
let nobody: Promise<string> | undefined

/** Takes the same time whether or not there is a hash to compare with. */
export async function verifyPassword(passwordHash: string | undefined, password: string): Promise<boolean> {
  nobody ??= hashPassword(generatePassword())
  const matches = await verify(passwordHash ?? (await nobody), password)
  return matches && passwordHash !== undefined
}

// Without 0/o, 1/l/i: 31 signs, so 16 of them are 79 bits.
const signs = 'abcdefghjkmnpqrstuvwxyz23456789'

/** Four groups of four, as in `k7mq-2wzf-9hpe-3xtb`. */
export function generatePassword(): string {
  const group = (): string => Array.from({ length: 4 }, () => signs[randomInt(signs.length)]).join('')
  return [group(), group(), group(), group()].join('-')
}
