import { describe, expect, it } from 'vitest'
import type { BalanceUpdate, MonetizationEvent, UsageEvent } from '../settlement/events.ts'
import { type CaseEvidence, checkEvidence, type EvidenceLink, timelineOf } from './evidence.ts'

const AT = 1_000
const used = (cost: bigint, recordedAtMs = AT) => ({ id: 'use_1', cost, recordedAtMs }) as UsageEvent
const charged = (cost: bigint, drawn: Record<string, bigint> = {}, settledAtMs = AT + 5) => {
  const lines = Object.entries(drawn).map(([source, amount]) => ({ kind: 'grant', layer: 'credits', source, amount }))
  return { id: 'mon_1', cost, settledAtMs, lines } as unknown as MonetizationEvent
}
const moved = (grant: string, delta: bigint, recordedAtMs = AT + 5) => ({ grant, delta, recordedAtMs }) as BalanceUpdate
const link = (change: Partial<EvidenceLink>): EvidenceLink => ({
  usageEvent: used(10n),
  monetizationEvent: charged(10n),
  charges: 1,
  balanceUpdates: [],
  complete: true,
  ...change,
})
const decision = (outcome: 'allowed' | 'denied', replay: 'identical' | 'differs' | 'unavailable' = 'identical') =>
  ({ id: 'dec_1', atMs: AT, outcome, replay }) as NonNullable<CaseEvidence['decision']>
const evidence = (proof: readonly EvidenceLink[], of: CaseEvidence['decision'] = decision('allowed')) =>
  ({ collectedAtMs: AT + 100, decision: of, alike: null, proof }) as unknown as CaseEvidence

const whole = link({
  monetizationEvent: charged(10n, { a: 7n, b: 3n }),
  balanceUpdates: [moved('a', -7n), moved('b', -3n)],
})
const unsettled = link({ monetizationEvent: null, charges: 0 })

describe('what the records say of themselves', () => {
  it.each<[string, CaseEvidence, readonly unknown[]]>([
    ['a charge that is right in every part', evidence([whole]), ['holds', 'holds', 'holds']],
    ['free use moves nothing', evidence([link({})]), ['holds', 'holds', 'holds']],
    ['a denied request', evidence([], decision('denied')), ['holds', 'holds', 'holds']],
    ['a denied request that was charged', evidence([whole], decision('denied')), ['broken', 'holds', 'holds']],
    ['not settled yet', evidence([unsettled]), ['waits', 'waits', 'waits']],
    ['one settled, one not', evidence([whole, unsettled]), ['waits', 'waits', 'waits']],
    ['charged more than was used', evidence([link({ usageEvent: used(9n) }), unsettled]), ['broken', 'waits', 'waits']],
    [
      'moved by less than was charged',
      evidence([{ ...whole, balanceUpdates: [moved('a', -7n), moved('b', -2n)] }]),
      ['holds', 'broken', 'holds'],
    ],
    [
      'the right sum from the wrong grants',
      evidence([{ ...whole, balanceUpdates: [moved('a', -3n), moved('b', -7n)] }]),
      ['holds', 'broken', 'holds'],
    ],
    ['never moved', evidence([{ ...whole, balanceUpdates: [] }]), ['holds', 'broken', 'holds']],
    [
      'moved twice',
      evidence([{ ...whole, balanceUpdates: [moved('a', -7n), moved('b', -3n), moved('a', -7n)] }]),
      ['holds', 'broken', 'broken'],
    ],
    ['charged twice', evidence([{ ...whole, charges: 2 }]), ['holds', 'holds', 'broken']],
    [
      'further back than was looked',
      evidence([{ ...whole, balanceUpdates: [moved('a', -7n)], complete: false }]),
      ['holds', 'waits', 'waits'],
    ],
  ])('%s', (_, given, expected) => {
    const { charged: charge, moved: move, once } = checkEvidence(given)
    expect([charge, move, once]).toEqual(expected)
  })

  it.each([
    [decision('allowed', 'identical'), 'holds'],
    [decision('allowed', 'differs'), 'broken'],
    [decision('allowed', 'unavailable'), 'waits'],
    [null, null],
  ] as const)('the replay of %j is %s', (of, expected) => {
    expect(checkEvidence(evidence([], of)).replayed).toBe(expected)
  })
})

it.each<[string, CaseEvidence['alike'], unknown]>([
  ['none around it', { found: [], complete: true }, 'holds'],
  ['none among those that were looked at', { found: [], complete: false }, 'waits'],
  ['one like it', { found: [{ id: 'dec_2', atMs: AT, sentence: '' }], complete: false }, 'noted'],
  ['decided elsewhere', null, null],
])('whether it is alone: %s', (_, alike, expected) => {
  expect(checkEvidence({ ...evidence([]), alike }).alone).toBe(expected)
})

it('the timeline runs in order, and at one instant from cause to effect', () => {
  const late = link({ usageEvent: used(1n, AT + 50), monetizationEvent: charged(1n, {}, AT + 60) })
  const alike = { found: [{ id: 'dec_2', atMs: AT + 2, sentence: '' }], complete: true }
  const given = { ...evidence([late, { ...whole, usageEvent: used(10n, AT) }]), alike }
  const kinds = timelineOf(given).map(({ kind, atMs }) => [kind, atMs])
  expect(kinds).toEqual([
    ['decided', AT],
    ['used', AT],
    ['alike', AT + 2],
    ['charged', AT + 5],
    ['moved', AT + 5],
    ['moved', AT + 5],
    ['used', AT + 50],
    ['charged', AT + 60],
    ['collected', AT + 100],
  ])
})
