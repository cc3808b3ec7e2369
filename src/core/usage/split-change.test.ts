import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type KindOfUsage, splitChange } from './split-change.ts'

const kind = (events: bigint, cost: bigint, eventsNow: bigint, costNow: bigint): KindOfUsage => ({
  before: { events, cost },
  now: { events: eventsNow, cost: costNow },
})

test.each<[string, KindOfUsage[], bigint[]]>([
  ['twice as often is volume', [kind(10n, 100n, 20n, 200n)], [100n, 0n, 0n]],
  ['dearer each time is price', [kind(10n, 100n, 10n, 150n)], [0n, 0n, 50n]],
  ['a shift to the dearer kind is mix', [kind(5n, 50n, 0n, 0n), kind(5n, 500n, 10n, 1_000n)], [0n, 450n, 0n]],
  [
    'a new kind is volume and mix, never price',
    [kind(10n, 100n, 10n, 100n), kind(0n, 0n, 10n, 900n)],
    [100n, 800n, 0n],
  ],
  ['from nothing all is volume', [kind(0n, 0n, 3n, 33n)], [33n, 0n, 0n]],
  ['to nothing all is volume', [kind(3n, 33n, 0n, 0n)], [-33n, 0n, 0n]],
  ['nothing changes nothing', [], [0n, 0n, 0n]],
])('%s', (_, kinds, [volume, mix, price]) => {
  expect(splitChange(kinds)).toMatchObject({ volume, mix, price })
})

const period = fc
  .record({ events: fc.bigInt({ min: 0n, max: 2n ** 40n }), cost: fc.bigInt({ min: 0n, max: 2n ** 62n }) })
  .map(({ events, cost }) => ({ events, cost: events === 0n ? 0n : cost }))

test('the parts sum to the change, to the last micro-credit', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ before: period, now: period }), { maxLength: 12 }), (kinds) => {
      const { change, volume, mix, price } = splitChange(kinds)
      const total = kinds.reduce((sum, { before, now }) => sum + now.cost - before.cost, 0n)
      expect(change).toBe(total)
      expect(volume + mix + price).toBe(total)
    }),
  )
})

test('the same costs an event of each kind are never a matter of price', () => {
  const times = fc.bigInt({ min: 1n, max: 1_000n })
  fc.assert(
    fc.property(fc.array(fc.tuple(times, times, times), { minLength: 1, maxLength: 8 }), (kinds) => {
      const same = kinds.map(([each, before, now]) => kind(before, each * before, now, each * now))
      expect(splitChange(same).price).toBe(0n)
    }),
  )
})
