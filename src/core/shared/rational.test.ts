import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDuration } from './duration.ts'
import { divideUp, leastCommonMultiple, parseDecimal, scaleDown, scaleUp } from './rational.ts'

describe('decimals', () => {
  it.each<[string, bigint, bigint]>([
    ['0', 0n, 1n],
    ['1.5', 15n, 10n],
    ['2.50', 250n, 100n],
    ['0.000000001', 1n, 1_000_000_000n],
    ['999999999', 999_999_999n, 1n],
  ])('%s', (text, numerator, denominator) => {
    expect(parseDecimal(text)).toEqual({ numerator, denominator })
  })

  it.each(['', '.5', '5.', '-1', '+1', '1e3', '01', '1,5', ' 1', '1.0000000001', '1234567890', 'Infinity'])(
    '%j is none',
    (text) => {
      expect(parseDecimal(text)).toBeNull()
    },
  )
})

describe('whole-number arithmetic', () => {
  const safe = fc.oneof(
    fc.integer({ min: 0, max: 1000 }),
    fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
    fc.constantFrom(Number.MAX_SAFE_INTEGER, 2 ** 32, 94_906_265, 94_906_266),
  )

  it('scales exactly on both sides of 2^53, up to that bound', () => {
    fc.assert(
      fc.property(safe, safe, safe, (value, multiplier, size) => {
        const divisor = Math.max(1, size)
        const product = BigInt(value) * BigInt(multiplier)
        const down = product / BigInt(divisor)
        const up = down * BigInt(divisor) === product ? down : down + 1n
        const most = BigInt(Number.MAX_SAFE_INTEGER)
        expect(scaleDown({ value, multiplier, divisor })).toBe(Number(down < most ? down : most))
        expect(scaleUp({ value, multiplier, divisor })).toBe(Number(up < most ? up : most))
      }),
      { numRuns: 1000 },
    )
  })

  it.each([
    [0n, 3n, 0n],
    [1n, 3n, 1n],
    [3n, 3n, 1n],
    [4n, 3n, 2n],
  ])('%s / %s rounded up is %s', (dividend, divisor, quotient) => {
    expect(divideUp(dividend, divisor)).toBe(quotient)
  })

  it.each([
    [4n, 6n, 12n],
    [1n, 9n, 9n],
    [8n, 8n, 8n],
    [7n, 5n, 35n],
  ])('%s and %s meet at %s', (a, b, multiple) => {
    expect(leastCommonMultiple(a, b)).toBe(multiple)
  })
})

it.each([
  [0, '0 s'],
  [1, '1 ms'],
  [1500, '1 s 500 ms'],
  [60_000, '1 min'],
  [5_400_000, '1 h 30 min'],
  [604_800_000, '7 d'],
])('%i ms is %s', (ms, words) => {
  expect(formatDuration(ms)).toBe(words)
})
