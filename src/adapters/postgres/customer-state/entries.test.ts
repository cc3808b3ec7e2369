import { expect, test } from 'vitest'
import type { CustomerId } from '../../../core/shared/ids.ts'
import { Entries } from './entries.ts'
import type { Entry } from './entry.ts'

const entryOf = (customer: string): Entry => ({ customer: customer as CustomerId }) as Entry
const known = (entries: Entries, customers: string): string =>
  customers
    .split('')
    .filter((customer) => entries.get(customer as CustomerId) !== undefined)
    .join('')

test.each([
  { bound: 4, used: 'ab', kept: 'ab' },
  { bound: 4, used: 'abcd', kept: 'abcd' },
  { bound: 4, used: 'abcde', kept: 'cde' },
  { bound: 4, used: 'abcae', kept: 'ace', why: 'a was used again' },
  { bound: 4, used: 'abababab', kept: 'ab' },
  { bound: 1, used: 'abc', kept: 'bc', why: 'at least one of each generation' },
])('at most $bound: of $used in turn it keeps $kept', ({ bound, used, kept }) => {
  const entries = new Entries({ bound, awake: 0 })
  for (const customer of used) entries.keep(entryOf(customer))
  expect(known(entries, 'abcde')).toBe(kept)
})

test('gives the entry that was kept last, in whichever generation the one before it was', () => {
  const entries = new Entries({ bound: 4, awake: 0 })
  const [first, second, third] = [entryOf('a'), entryOf('a'), entryOf('a')]
  entries.keep(first)
  entries.keep(second)
  expect(entries.get('a' as CustomerId)).toBe(second)
  for (const other of 'bc') entries.keep(entryOf(other))
  entries.keep(third)
  expect(entries.get('a' as CustomerId)).toBe(third)
})

test.each(['b', 'd'])('forgets %s in either generation', (customer) => {
  const entries = new Entries({ bound: 4, awake: 0 })
  for (const one of 'abcd') entries.keep(entryOf(one))
  entries.forget(customer as CustomerId)
  expect(entries.get(customer as CustomerId)).toBeUndefined()
})
