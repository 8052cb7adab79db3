import { expect, it } from 'vitest'
import { isDatabaseUnavailable } from '../../../src/platform/database/outage.ts'

const says = (message: string): boolean => isDatabaseUnavailable(new Error(message))

it('is an outage when the connection broke, whoever says so', () => {
  for (const message of [
    'Connection terminated',
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'timeout exceeded when trying to connect',
    'Client has encountered a connection error and is not queryable',
    'Query read timeout',
  ]) {
    expect(says(message)).toBe(true)
    expect(says(`select "id" from "users" where "id" = $1 - ${message}`)).toBe(true)
  }
})

it('is none because of what somebody wrote', () => {
  expect(says('invalid input syntax for type uuid: "x - Connection terminated"')).toBe(false)
  expect(says('the flow says: Connection terminated, try again')).toBe(false)
})
