import { expect, test } from 'vitest'
import { changeSentence, changeShare } from './change.ts'

test.each([
  [500n, 400n, '+25%'],
  [300n, 400n, '\u221225%'],
  [0n, 400n, '\u2212100%'],
  [400n, 400n, '0%'],
  [1_004_999n, 1_000_000n, '+0.4%'],
  [1_000_001n, 1_000_000n, '+<0.1%'],
  [999_999n, 1_000_000n, '\u2212<0.1%'],
  [5_000n, 400n, '+1150%'],
  [1n, 0n, null],
])('%s after %s is %s', (now, before, expected) => {
  expect(changeShare(now, before)).toBe(expected)
})

const counted = (events: bigint, cost: bigint) => ({ events, cost })

test('a change is told with its three reasons', () => {
  const split = { change: 12_000_000n, volume: 20_000_000n, mix: -5_000_000n, price: -3_000_000n }
  expect(changeSentence({ total: counted(12n, 112_000_000n), before: counted(10n, 100_000_000n), split })).toBe(
    '+12% credits: volume +20, mix \u22125, price \u22123',
  )
})

const NO_SPLIT = { change: 0n, volume: 0n, mix: 0n, price: 0n }

test.each([
  ['nothing compared', counted(1n, 1n), null, null],
  ['nothing at all', counted(0n, 0n), counted(0n, 0n), null],
  ['nothing before', counted(1n, 1n), counted(0n, 0n), 'Nothing was used in the range before.'],
  ['the same', counted(1n, 1n), counted(1n, 1n), 'The same credits as in the range before.'],
])('%s', (_, total, before, sentence) => {
  expect(changeSentence({ total, before, split: before === null ? null : NO_SPLIT })).toBe(sentence)
})
