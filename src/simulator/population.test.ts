import { describe, expect, it } from 'vitest'
import { assigner } from './assign.ts'
import { makePopulation } from './population.ts'

const population = makePopulation({ seed: '1', customers: 200 })

describe('a population', () => {
  it('is the same for the same seed and another for another', () => {
    expect(makePopulation({ seed: '1', customers: 200 })).toEqual(population)
    expect(makePopulation({ seed: '2', customers: 200 }).map((c) => c.weight)).not.toEqual(
      population.map((c) => c.weight),
    )
  })

  it('keeps its first customers when it grows', () => {
    expect(makePopulation({ seed: '1', customers: 50 })).toEqual(population.slice(0, 50))
  })

  it('names every customer once', () => {
    expect(new Set(population.map((c) => c.externalId)).size).toBe(200)
  })

  it('has every tier, every consent and every kind of grant', () => {
    expect(new Set(population.map((c) => c.tier))).toEqual(new Set(['free', 'plus', 'pro', 'enterprise']))
    expect(new Set(population.map((c) => c.consent))).toEqual(new Set(['off', 'ask', 'on']))
    expect(new Set(population.flatMap((c) => c.grants.map((g) => g.kind)))).toEqual(
      new Set(['promotion', 'entitlement', 'credits']),
    )
    expect(population.every((c) => c.grants.every((g) => g.amount > 0n))).toBe(true)
  })

  it.each([0, -1, 1.5, 100_001, Number.NaN])('is refused for %s customers', (customers) => {
    expect(() => makePopulation({ seed: '1', customers })).toThrow(RangeError)
  })
})

describe('the assignment of requests', () => {
  const rows = 10_000
  const assign = assigner(population, '1')
  const counts = new Map<string, number>()
  for (let row = 1; row <= rows; row += 1) {
    const id = assign(row).customer.externalId
    counts.set(id, (counts.get(id) ?? 0) + 1)
  }
  const sorted = [...counts.values()].sort((a, b) => b - a)
  const share = (top: number) => sorted.slice(0, top).reduce((a, b) => a + b, 0) / rows

  it('is heavy-tailed: a tenth of the customers make most requests, and the tail is not empty', () => {
    expect(share(20)).toBeGreaterThan(0.45)
    expect(share(1)).toBeLessThan(0.25)
    expect(counts.size).toBeGreaterThan(190)
  })

  it('depends on seed and row alone', () => {
    const again = assigner(population, '1')
    expect([5, 3, 9_999].map(again)).toEqual([5, 3, 9_999].map(assign))
    const other = assigner(population, '2')
    expect(Array.from({ length: 50 }, (_, row) => other(row).customer)).not.toEqual(
      Array.from({ length: 50 }, (_, row) => assign(row).customer),
    )
  })

  it('names only subjects of the customer', () => {
    for (let row = 1; row <= 500; row += 1) {
      const { customer, subject } = assign(row)
      expect(customer.subjects).toContain(subject)
    }
  })
})
