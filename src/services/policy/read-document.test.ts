import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readDocument } from './read-document.ts'

const seed = () => JSON.parse(readFileSync(new URL('../../../prisma/seed/policy.json', import.meta.url), 'utf8'))

describe('reading a policy document', () => {
  it('accepts the seed policy unchanged', () => {
    expect(readDocument(seed())).toEqual({ ok: true, document: seed() })
  })

  // oxlint-disable-next-line typescript/no-explicit-any -- mistakes are made in untyped JSON on purpose
  type Mistake = (document: any) => void
  it.each<[string, Mistake, string, string]>([
    [
      'unknown field',
      (d) => {
        d.color = 'red'
      },
      'color',
      'unknown field',
    ],
    [
      'unknown field far down',
      (d) => {
        d.tiers.pro.windows[1].foo = 1
      },
      'tiers.pro.windows[1].foo',
      'unknown field',
    ],
    [
      'negative limit',
      (d) => {
        d.tiers.plus.windows[0].limit = '-3'
      },
      'tiers.plus.windows[0].limit',
      'whole micro-credits',
    ],
    [
      'amount as a number',
      (d) => {
        d.tiers.plus.windows[0].limit = 3
      },
      'tiers.plus.windows[0].limit',
      'expected string',
    ],
    [
      'amount above the largest',
      (d) => {
        d.tiers.plus.windows[0].limit = '9223372036854775808'
      },
      'tiers.plus.windows[0].limit',
      'at most',
    ],
    [
      'window of no length',
      (d) => {
        d.tiers.plus.windows[0].lengthMs = 0
      },
      'tiers.plus.windows[0].lengthMs',
      'at least one second',
    ],
    [
      'unknown unit',
      (d) => {
        d.tiers.plus.windows[2].unit = 'fortnight'
      },
      'tiers.plus.windows[2].unit',
      'expected one of',
    ],
    [
      'length missing',
      (d) => {
        delete d.tiers.enterprise.windows[1].lengthMs
      },
      'tiers.enterprise.windows[1].lengthMs',
      'received undefined',
    ],
    [
      'unknown window kind',
      (d) => {
        d.tiers.pro.windows[0].kind = 'rolling'
      },
      'tiers.pro.windows[0].kind',
      'expected',
    ],
    [
      'what a guard counts',
      (d) => {
        d.tiers.free.guards[0].counts = 'bytes'
      },
      'tiers.free.guards[0].counts',
      'Invalid',
    ],
    [
      'name with a space',
      (d) => {
        d.tiers['Big One'] = d.tiers.free
      },
      'tiers.Big One',
      'starts with a small letter',
    ],
    [
      'unbounded debt',
      (d) => {
        d.uncovered = { kind: 'debt' }
      },
      'uncovered.maxMicroCredits',
      'received undefined',
    ],
    [
      'no layer',
      (d) => {
        d.layers = []
      },
      'layers',
      'Too small',
    ],
    [
      'infinite factor',
      (d) => {
        d.rateCard.multipliers[0].factor = '1e9'
      },
      'rateCard.multipliers[0].factor',
      'decimal string',
    ],
  ])('says where the mistake is: %s', (_, make, path, message) => {
    const document = seed()
    make(document)
    const read = readDocument(document)
    expect(read.ok).toBe(false)
    if (read.ok) return
    expect(read.problems).toHaveLength(1)
    expect(read.problems[0]?.path).toBe(path)
    expect(read.problems[0]?.message).toContain(message)
  })

  it('lists every mistake at once, and at most 200', () => {
    const document = seed()
    document.tiers.free.windows[0].limit = '-1'
    document.holds.maxTtlSeconds = 0
    expect(readDocument(document)).toMatchObject({
      ok: false,
      problems: [{ path: 'tiers.free.windows[0].limit' }, { path: 'holds.maxTtlSeconds' }],
    })
    document.layers = Array.from({ length: 500 }, () => 'moon')
    const read = readDocument(document)
    expect(read.ok ? 0 : read.problems.length).toBe(200)
  })

  it.each([[null], [[]], ['x'], [7], [undefined]])('refuses what is no object: %j', (json) => {
    expect(readDocument(json)).toMatchObject({ ok: false, problems: [{ path: '' }] })
  })
})
