import { expect, test } from 'vitest'
import type { LedgerGrant } from '../../../core/settlement/events.ts'
import { knownLedgers } from './known-ledgers.ts'

const head = (customer: string, seq: number, hash = `${customer}${seq}`) => ({ customer, seq, hash, settledVersion: 7 })
const grants = new Map([['grt_1', { id: 'grt_1', balance: 5n } as LedgerGrant]])

test('grants are known only at the very head that they were kept with', () => {
  const ledgers = knownLedgers()
  ledgers.keep(head('cus_1', 3), grants)
  expect(ledgers.grantsAt({ ...head('cus_1', 3), settledVersion: 9 })).toBe(grants)
  expect(ledgers.grantsAt(head('cus_1', 4))).toBeUndefined()
  expect(ledgers.grantsAt(head('cus_1', 3, 'another history'))).toBeUndefined()
  expect(ledgers.grantsAt(head('cus_2', 3, 'cus_13'))).toBeUndefined()
})

test('a head kept late hides nothing that is newer from the database', () => {
  const ledgers = knownLedgers()
  ledgers.keep(head('cus_1', 4), grants)
  ledgers.keep(head('cus_1', 3), new Map())
  expect(ledgers.grantsAt(head('cus_1', 4))).toBeUndefined()
})

test('beyond the bound the one that was kept longest ago is forgotten', () => {
  const ledgers = knownLedgers(2)
  for (const customer of ['cus_1', 'cus_2', 'cus_1', 'cus_3']) ledgers.keep(head(customer, 1), grants)
  expect(['cus_1', 'cus_2', 'cus_3'].map((customer) => ledgers.grantsAt(head(customer, 1)) !== undefined)).toEqual([
    true,
    false,
    true,
  ])
})
