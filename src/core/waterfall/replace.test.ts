import { expect, it } from 'vitest'
import { grantOf, World, policyOf } from '../testing/world.ts'
import { copyOf, replaceInGrant, replaceInRow, replaceInState } from './replace.ts'
import type { CustomerState } from './state.ts'

const { state } = new World(policyOf())
const other: CustomerState = {
  customer: state.customer,
  version: 7,
  atMs: 70,
  profile: { ...state.profile, consent: 'off' },
  windows: { week: { kind: 'fixed', startMs: 0, endMs: 9, used: 1n } },
  guards: { burst: { kind: 'burst', tatUs: 3 } },
  grants: [grantOf(1, 'credits', 5)],
  caps: { own: { startMs: 0, used: 2n } },
  debt: 4n,
  openHolds: 2,
  nextHoldExpiryMs: 99,
}

it.each(Object.keys(other) as (keyof CustomerState)[])('replaces %s of a state and keeps the rest', (part) => {
  expect(replaceInState(state, { [part]: other[part] })).toEqual({ ...state, [part]: other[part] })
  expect(replaceInState(other, { [part]: state[part] })).toEqual({ ...other, [part]: state[part] })
})

it('replaces what is empty, null or zero', () => {
  const empty = { version: 0, atMs: 0, debt: 0n, openHolds: 0, nextHoldExpiryMs: null, grants: [] }
  expect(replaceInState(other, empty)).toEqual({ ...other, ...empty })
})

it('replaces balances of a grant and keeps the rest', () => {
  const grant = grantOf(3, 'allowance', 9, { priority: 4, expiresAtMs: 8, features: ['chat'] })
  expect(replaceInGrant(grant, 2n, 7n)).toEqual({ ...grant, available: 2n, held: 7n })
})

it('replaces parts of a row and keeps the rest', () => {
  const row = { subject: 's:bob', guards: other.guards, caps: other.caps }
  expect(replaceInRow(row, { guards: {} })).toEqual({ ...row, guards: {} })
  expect(replaceInRow(row, { caps: {} })).toEqual({ ...row, caps: {} })
})

it('copies a record so that the original stays', () => {
  const record: Record<string, number> = { b: 1, a: 2 }
  const copy = copyOf(record)
  copy['c'] = 3
  expect(Object.entries(copy)).toEqual([
    ['b', 1],
    ['a', 2],
    ['c', 3],
  ])
  expect(record).toEqual({ b: 1, a: 2 })
})
