import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AutoTopUp, decideTopUp, endTopUp, MOST_DECLINES, monthOf, type TopUpSeen } from './auto-top-up.ts'

const AT = Date.UTC(2026, 10, 21, 12)
const HOUR = 3_600_000
const settingsOf = (change: Partial<AutoTopUp> = {}): AutoTopUp => ({
  customer: `cus_${'0'.repeat(32)}`,
  enabled: true,
  pack: 'small',
  threshold: 5_000_000n,
  monthlyMaxMinor: 1_000n,
  priceMinor: 400n,
  currency: 'EUR',
  method: { handle: 'm', label: 'card' },
  consent: { by: 'usr_1', name: 'Ada', email: null, atMs: AT, text: '' },
  armed: true,
  period: '2026-11',
  spentMinor: 0n,
  sequence: 0,
  inFlight: null,
  declines: 0,
  notBeforeMs: 0,
  switchedOff: null,
  version: 1,
  ...change,
})
const seenOf = (change: Partial<TopUpSeen> = {}): TopUpSeen => ({
  available: 4_999_999n,
  creditsUsable: true,
  priceMinor: 400n,
  purchase: 'pur_1',
  nowMs: AT,
  ...change,
})

describe('a charge begins', () => {
  test.each<[string, Partial<AutoTopUp>, Partial<TopUpSeen>, string]>([
    ['below the threshold', {}, {}, 'charge'],
    ['not at it', {}, { available: 5_000_000n }, 'enough'],
    ['not when it is off', { enabled: false }, {}, 'off'],
    [
      'not while one is in flight',
      { inFlight: { purchase: 'pur_0', amountMinor: 400n, period: '2026-11' } },
      {},
      'in_flight',
    ],
    ['not twice for one crossing', { armed: false }, {}, 'not_armed'],
    ['not before the pause is over', { notBeforeMs: AT + 1 }, {}, 'paused'],
    ['at the end of the pause', { notBeforeMs: AT }, {}, 'charge'],
    ['up to the monthly maximum', { spentMinor: 600n }, {}, 'charge'],
    ['never above it', { spentMinor: 601n }, {}, 'month_full'],
    ['in the next month', { spentMinor: 1_000n, period: '2026-10' }, {}, 'charge'],
    ['not for credits that nobody may spend', {}, { creditsUsable: false }, 'consent_off'],
    ['not for a pack that is gone', {}, { priceMinor: null }, 'switch_off'],
    ['not for more than was agreed to', {}, { priceMinor: 401n }, 'switch_off'],
    ['for less than was agreed to', {}, { priceMinor: 399n }, 'charge'],
    ['once the balance is back, not before', { armed: false }, { available: 5_000_000n }, 'arm'],
  ])('%s', (_, settings, seen, expected) => {
    const decision = decideTopUp(settingsOf(settings), seenOf(seen))
    expect(decision.kind === 'rest' ? decision.why : decision.kind).toBe(expected)
  })
})

describe('a decline', () => {
  test('gives the month its money back, pauses longer each time, and switches off at last', () => {
    let settings = settingsOf()
    const pauses: (number | string)[] = []
    let nowMs = AT
    for (let round = 0; round < MOST_DECLINES; round += 1) {
      const decision = decideTopUp(settings, seenOf({ nowMs, purchase: `pur_${round}` }))
      if (decision.kind !== 'charge') throw new Error(decision.kind)
      settings = endTopUp(decision.next, { purchase: `pur_${round}`, outcome: 'declined', nowMs })
      expect(settings.spentMinor).toBe(0n)
      pauses.push(settings.enabled ? (settings.notBeforeMs - nowMs) / HOUR : 'off')
      nowMs = settings.notBeforeMs
    }
    expect(pauses).toEqual([1, 24, 'off'])
    expect(settings.switchedOff).toMatchObject({ why: 'declined' })
  })

  test('is not what money of another sum is: it stays counted, and nothing more is charged', () => {
    const decision = decideTopUp(settingsOf(), seenOf({ purchase: 'pur_1' }))
    if (decision.kind !== 'charge') throw new Error(decision.kind)
    const ended = endTopUp(decision.next, { purchase: 'pur_1', outcome: 'paid_otherwise', nowMs: AT })
    expect(ended).toMatchObject({ enabled: false, inFlight: null, spentMinor: 400n, declines: 0 })
    expect(ended.switchedOff).toEqual({ atMs: AT, why: 'paid_otherwise' })
    expect(decideTopUp(ended, seenOf())).toEqual({ kind: 'rest', why: 'off' })
  })

  test('of another charge changes nothing', () => {
    const settings = settingsOf({ inFlight: { purchase: 'pur_0', amountMinor: 400n, period: '2026-11' } })
    expect(endTopUp(settings, { purchase: 'pur_9', outcome: 'declined', nowMs: AT })).toBe(settings)
  })
})

test('whatever happens, a month is never charged above its maximum, and intents never repeat', () => {
  const step = fc.record({
    available: fc.bigInt({ min: 0n, max: 12_000_000n }),
    afterMs: fc.integer({ min: 0, max: 9 * 24 * HOUR }),
    outcome: fc.constantFrom('credited' as const, 'declined' as const, null),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let settings = settingsOf()
      let nowMs = AT
      const charged = new Map<string, bigint>()
      const intents = new Set<string>()
      for (const { available, afterMs, outcome } of steps) {
        nowMs += afterMs
        const decision = decideTopUp(settings, seenOf({ available, nowMs, purchase: `pur_${nowMs}` }))
        if (decision.kind !== 'rest') settings = decision.next
        if (decision.kind === 'charge') {
          expect(intents.has(decision.intent)).toBe(false)
          intents.add(decision.intent)
        }
        const { inFlight } = settings
        if (inFlight === null || outcome === null) continue
        settings = endTopUp(settings, { purchase: inFlight.purchase, outcome, nowMs })
        if (outcome === 'declined') continue
        const sum = (charged.get(inFlight.period) ?? 0n) + inFlight.amountMinor
        charged.set(inFlight.period, sum)
        expect(sum).toBeLessThanOrEqual(settings.monthlyMaxMinor)
      }
    }),
    { numRuns: 1_000 },
  )
})

test('months are UTC', () => {
  expect(monthOf(Date.UTC(2026, 11, 31, 23, 59, 59, 999))).toBe('2026-12')
  expect(monthOf(Date.UTC(2027, 0, 1))).toBe('2027-01')
})
