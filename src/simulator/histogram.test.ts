import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newHistogram } from './histogram.ts'

describe('a histogram', () => {
  it('has no quantile while it is empty', () => {
    expect(newHistogram().quantileMs(0.5)).toBeNull()
  })

  it('is within 2 % above the true quantile, and never above the maximum', () => {
    const samples = fc.array(fc.double({ min: 0.02, max: 100_000, noNaN: true }), { minLength: 1, maxLength: 300 })
    fc.assert(
      fc.property(samples, fc.constantFrom(0, 0.5, 0.9, 0.99, 1), (values, q) => {
        const histogram = newHistogram()
        for (const value of values) histogram.add(value)
        const sorted = [...values].sort((a, b) => a - b)
        const exact = sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1] ?? 0
        const found = histogram.quantileMs(q) ?? -1
        expect(found).toBeGreaterThanOrEqual(exact * 0.999_999)
        expect(found).toBeLessThanOrEqual(exact * 1.0201)
        expect(found).toBeLessThanOrEqual(histogram.maxMs)
      }),
    )
  })
})
