/** For whoever has lost their second factor: each signs in once. */
import { createHash } from 'node:crypto'
import { generatePassword } from './passwords.ts'

const howMany = 10

export const newRecoveryCodes = (): string[] => Array.from({ length: howMany }, generatePassword)

/** As typed: with or without dashes and blanks, in any case. 79 bits can't be guessed from a fast hash. */
export const hashOfRecoveryCode = (code: string): Buffer =>
  createHash('sha256')
    .update(code.toLowerCase().replaceAll(/[^a-z0-9]/g, ''))
    .digest()

/** Six digits are the app's; anything else can only be one of these. */
export const isAppCode = (code: string): boolean => /^\d{6}$/.test(code.replaceAll(' ', ''))
