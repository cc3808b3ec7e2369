import { expect, test } from 'vitest'
import { creditParts, signed } from './amount.ts'
import { percent, permilleOf } from './share.ts'
import { clockTime, dayTime, duration, fullTime, inZone, relative, rowTime, zoneName } from './time.ts'
import { shortId } from './words.ts'

const NOON = Date.UTC(2026, 10, 20, 12, 0, 0)

test.each([
  [0n, 10n, '0%'],
  [1n, 100_000n, '<0.1%'],
  [423n, 1000n, '42.3%'],
  [999_999n, 1_000_000n, '99.9%'],
  [10n, 10n, '100%'],
  [11n, 10n, '100%'],
  [0n, 0n, '100%'],
])('%s of %s is %s', (part, whole, expected) => {
  expect(percent(part, whole)).toBe(expected)
})

test('a share of amounts above 2^53 keeps its digits', () => {
  expect(permilleOf(9_223_372_036_854_775_806n, 9_223_372_036_854_775_807n)).toBe(999)
})

test.each([
  [1_204_250_000n, ['1,204', '.25']],
  [3_000_000n, ['3', '']],
  [1n, ['0', '.000001']],
])('%s micro-credits in two parts', (amount, expected) => {
  expect(creditParts(amount)).toEqual(expected)
})

test('a movement carries its sign', () => {
  expect([signed(1_500_000n), signed(-250_000n), signed(0n)]).toEqual(['+1.5', '\u22120.25', '0'])
})

test.each([
  ['UTC', 'Fri 20 Nov, 12:00', 'UTC'],
  ['Europe/Berlin', 'Fri 20 Nov, 13:00', 'Berlin time'],
  ['America/New_York', 'Fri 20 Nov, 07:00', 'New York time'],
  ['Asia/Kathmandu', 'Fri 20 Nov, 17:45', 'Kathmandu time'],
])('noon UTC in %s', (zone, expected, name) => {
  expect(dayTime(NOON, zone, NOON)).toBe(expected)
  expect(zoneName(zone)).toBe(name)
})

test('midnight is hour 00, and another year is named', () => {
  const midnight = Date.UTC(2027, 0, 1)
  expect(clockTime(midnight, 'UTC')).toBe('00:00:00')
  expect(dayTime(midnight, 'UTC', NOON)).toBe('Fri 1 Jan 2027, 00:00')
  expect(fullTime(midnight, 'UTC')).toBe('1 Jan 2027, 00:00:00')
})

test.each([
  [0, '0 s'],
  [999, '0 s'],
  [45_000, '45 s'],
  [60_000, '1 min'],
  [61_999, '1 min 1 s'],
  [8_040_000, '2 h 14 min'],
  [86_400_000 * 3, '3 d'],
  [86_400_000 * 30 - 1, '29 d 23 h'],
  [86_400_000 * 338 + 82_800_000, '338 d'],
])('%s ms last %s', (ms, expected) => {
  expect(duration(ms)).toBe(expected)
})

test.each([
  ['Europe/Berlin', 'It passes again at 13:00:00 Berlin time.'],
  ['UTC', 'It passes again at 12:00:00 UTC.'],
  // already tomorrow there, while the reader's day is the one of the sentence
  ['Pacific/Auckland', 'It passes again at 01:00:00 Auckland time on Sat 21 Nov.'],
])('an instant in a sentence is said in the zone %s', (zone, expected) => {
  expect(inZone('It passes again at 2026-11-20 12:00:00 UTC.', zone, NOON - 3_600_000 * 2)).toBe(expected)
  expect(inZone('Nothing of a time.', zone, NOON)).toBe('Nothing of a time.')
})

test('a row says its day only when it is another one than today', () => {
  expect([rowTime(NOON, 'UTC', NOON + 1), rowTime(NOON, 'UTC', NOON + 86_400_000)]).toEqual([
    '12:00:00',
    'Fri 20 Nov, 12:00',
  ])
})

test('relative times', () => {
  expect([relative(NOON + 5_000, NOON), relative(NOON - 5_000, NOON), relative(NOON + 400, NOON)]).toEqual([
    'in 5 s',
    '5 s ago',
    'now',
  ])
})

test('a short id keeps its prefix and its end', () => {
  expect(shortId('dec_0199aa00bb11cc22dd33ee44ff55a1b2')).toBe('dec_\u202655a1b2')
})
