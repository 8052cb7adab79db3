/**
 * Property tests play the same cases wherever they run, so that a change is judged and not the luck of a day.
 * `PROPERTY_SEED=random` looks for new ones, `PROPERTY_SEED=N` plays those of N again; `PROPERTY_ROUNDS=50` plays fifty times as many in
 * the routing laws.
 */
import fc from 'fast-check'

const { PROPERTY_SEED: wished = '20261126' } = process.env
const seed = wished === 'random' ? Math.trunc(Math.random() * 2 ** 31) : Number(wished)
if (!Number.isInteger(seed)) throw new Error(`PROPERTY_SEED is 'random' or a whole number, not '${wished}'`)

fc.configureGlobal({ seed })
