import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Guard } from '../policy/policy.ts'
import type { HoldId } from '../shared/ids.ts'
import type { GuardState } from '../waterfall/state.ts'
import { checkGuard, countInGuard, freeSlot, type GuardAsk, moveSlot } from './guard.ts'

const NOON = Date.UTC(2026, 2, 10, 12)
const common = { id: 'g', key: 'g', scope: 'customer', features: null, perFeature: false, paidUse: null } as const
const requests = { kind: 'requests' } as const

const burst = (rate: number, perMs: number, size: number): Guard => ({
  ...common,
  kind: 'burst',
  counts: requests,
  rate,
  perMs,
  burst: size,
})
const sliding = (limit: number, windowMs: number, subBuckets: number): Guard => ({
  ...common,
  kind: 'sliding',
  counts: requests,
  limit,
  windowMs,
  subBuckets,
})
const concurrency = (limit: number): Guard => ({ ...common, kind: 'concurrency', limit })

const ask = (units: number, afterMs = 0, more: Partial<GuardAsk> = {}): GuardAsk => ({
  units,
  atMs: NOON + afterMs,
  limitPermille: 1000,
  limitOverride: null,
  ...more,
})
const hold = (n: number) => `hold_${n}` as HoldId

interface Ask {
  readonly waitMs: number
  readonly units: number
}

/** Asks one after the other, counting what passes. */
function play(guard: Guard, asks: readonly Ask[], more: Partial<GuardAsk> = {}) {
  const admitted: { atMs: number; units: number }[] = []
  let state: GuardState | undefined
  let afterMs = 0
  for (const [index, { waitMs, units }] of asks.entries()) {
    afterMs += waitMs
    const asked = ask(units, afterMs, more)
    if (!checkGuard(guard, state, asked).ok) continue
    state = countInGuard(guard, state, { ...asked, hold: { id: hold(index), expiresAtMs: asked.atMs + 500 + units } })
    admitted.push({ atMs: asked.atMs, units })
  }
  return { state, admitted, afterMs }
}

const asks = (most: number, longestMs: number) =>
  fc.array(fc.record({ waitMs: fc.integer({ min: 0, max: longestMs }), units: fc.integer({ min: 1, max: most }) }), {
    minLength: 1,
    maxLength: 60,
  })

const sumOf = (within: readonly { units: number }[]) => within.reduce((sum, each) => sum + each.units, 0)

describe('a burst guard', () => {
  const guard = burst(10, 1000, 5)
  it.each<[string, number, number, object]>([
    ['a full bucket', 0, 1, { ok: true, limit: 5, remaining: 5, resetsAtMs: NOON + 100 }],
    ['all of it', 0, 5, { ok: true, limit: 5, remaining: 5, resetsAtMs: NOON + 500 }],
    ['more than it ever holds', 0, 6, { ok: false, limit: 5, found: 0, retryAtMs: null }],
    ['no units', 0, 0, { ok: true, limit: 5, remaining: 5, resetsAtMs: NOON }],
  ])('when new: %s', (_, afterMs, units, expected) => {
    expect(checkGuard(guard, undefined, ask(units, afterMs))).toEqual(expected)
  })

  it.each<[string, number, number, object]>([
    ['nothing is left at once', 0, 1, { ok: false, limit: 5, found: 5, retryAtMs: NOON + 100 }],
    ['nor just before a unit has refilled', 99, 1, { ok: false, limit: 5, found: 5, retryAtMs: NOON + 100 }],
    ['one then', 100, 1, { ok: true, limit: 5, remaining: 1, resetsAtMs: NOON + 600 }],
    ['three take three times as long', 100, 3, { ok: false, limit: 5, found: 4, retryAtMs: NOON + 300 }],
    ['no units pass all the same', 0, 0, { ok: true, limit: 5, remaining: 0, resetsAtMs: NOON + 500 }],
    ['long after it is full, not fuller', 60_000, 1, { ok: true, limit: 5, remaining: 5, resetsAtMs: NOON + 60_100 }],
  ])('when emptied: %s', (_, afterMs, units, expected) => {
    const emptied = countInGuard(guard, undefined, { ...ask(5), hold: null })
    expect(checkGuard(guard, emptied, ask(units, afterMs))).toEqual(expected)
  })

  it('admits at most burst + rate x t in any interval', () => {
    const guards = fc.tuple(
      fc.integer({ min: 1, max: 5000 }),
      fc.integer({ min: 1, max: 2000 }),
      fc.integer({ min: 1, max: 50 }),
    )
    fc.assert(
      fc.property(guards, asks(60, 300), ([rate, perMs, size], asks) => {
        const { admitted } = play(burst(rate, perMs, size), asks)
        for (let from = 0; from < admitted.length; from++) {
          let units = 0
          for (let to = from; to < admitted.length; to++) {
            units += admitted[to]!.units
            // units <= size + rate x t / perMs, in whole numbers
            const elapsedMs = admitted[to]!.atMs - admitted[from]!.atMs
            expect((units - size) * perMs).toBeLessThanOrEqual(rate * elapsedMs)
          }
        }
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    [4999, 7, 1000],
    [3, 1000, 1],
    [1_000_003, 1000, 1001],
  ])('does not drift: %i per %i ms, %i at once, as fast as it lets go, for ever', (rate, perMs, size) => {
    const guard = burst(rate, perMs, size)
    let state: GuardState | undefined
    let atMs = NOON
    for (let rounds = 1; rounds <= 5000; rounds++) {
      state = countInGuard(guard, state, { ...ask(size), atMs, hold: null })
      expect((rounds * size - size) * perMs).toBeLessThanOrEqual(rate * (atMs - NOON))
      const next = checkGuard(guard, state, { ...ask(size), atMs })
      atMs = next.ok ? atMs : next.retryAtMs!
    }
  })

  it('does not starve: the whole burst passes a full bucket, and again once it has refilled', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 1, max: 10_000 }),
        (rate, perMs, size) => {
          const guard = burst(rate, perMs, size)
          const emptied = countInGuard(guard, undefined, { ...ask(size), hold: null })
          const again = checkGuard(guard, emptied, ask(size))
          const refillMs = Math.max(1, Math.ceil((size * perMs) / rate))
          expect(again).toMatchObject({ ok: false })
          if (again.ok) return
          expect(again.retryAtMs! - NOON).toBeGreaterThanOrEqual(1)
          expect(again.retryAtMs! - NOON).toBeLessThanOrEqual(refillMs + 1)
        },
      ),
    )
  })

  it.each<[string, number, bigint | null, number, number]>([
    ['as written', 1000, null, 5, 100],
    ['at half: half the burst (whole), half the rate', 500, null, 2, 200],
    ['close to nothing: one unit stays', 1, null, 1, 100_000],
    ['an override is the burst, the rate in proportion', 1000, 20n, 20, 25],
    ['both', 500, 20n, 10, 50],
  ])('%s', (_, limitPermille, limitOverride, limit, unitMs) => {
    const more = { limitPermille, limitOverride }
    const emptied = countInGuard(guard, undefined, { ...ask(limit, 0, more), hold: null })
    expect(checkGuard(guard, undefined, ask(limit, 0, more))).toMatchObject({ ok: true, limit })
    expect(checkGuard(guard, emptied, ask(1, 0, more))).toEqual({
      ok: false,
      limit,
      found: limit,
      retryAtMs: NOON + unitMs,
    })
  })

  it('an override of 0 closes it for good', () => {
    expect(checkGuard(guard, undefined, ask(1, 0, { limitOverride: 0n }))).toEqual({
      ok: false,
      limit: 0,
      found: 0,
      retryAtMs: null,
    })
  })

  it('counts tokens by the million and loses at most one to rounding', () => {
    const tokens = burst(7_000_000, 60_000, 90_000_000)
    const state = countInGuard(tokens, undefined, { ...ask(89_999_998), hold: null })
    expect(checkGuard(tokens, state, ask(1))).toMatchObject({ ok: true, remaining: 1 })
    expect(checkGuard(tokens, state, ask(2))).toMatchObject({ ok: false, retryAtMs: NOON + 1 })
  })

  it('what is counted beyond the burst keeps a whole number in the state', () => {
    const state = countInGuard(guard, undefined, { ...ask(Number.MAX_SAFE_INTEGER), hold: null })
    expect(state).toEqual({ kind: 'burst', tatUs: Number.MAX_SAFE_INTEGER })
  })
})

describe('a sliding guard', () => {
  const guard = sliding(10, 1000, 10)
  it.each<[string, number, number, object]>([
    ['what is left', 0, 3, { ok: true, limit: 10, remaining: 3, resetsAtMs: NOON + 1100 }],
    [
      'more than is left: the oldest bucket has to leave',
      250,
      4,
      { ok: false, limit: 10, found: 7, retryAtMs: NOON + 1100 },
    ],
    ['still not the millisecond before', 1099, 4, { ok: false, limit: 10, found: 7, retryAtMs: NOON + 1100 }],
    ['and then', 1100, 4, { ok: true, limit: 10, remaining: 10, resetsAtMs: NOON + 2200 }],
    ['more than the limit', 0, 11, { ok: false, limit: 10, found: 7, retryAtMs: null }],
    ['no units', 0, 0, { ok: true, limit: 10, remaining: 3, resetsAtMs: NOON + 1100 }],
  ])('seven used: %s', (_, afterMs, units, expected) => {
    const seven = countInGuard(guard, undefined, { ...ask(7), hold: null })
    expect(checkGuard(guard, seven, ask(units, afterMs))).toEqual(expected)
  })

  it('waits for as many buckets as the ask needs', () => {
    const { state } = play(guard, [
      { waitMs: 0, units: 4 },
      { waitMs: 300, units: 3 },
      { waitMs: 300, units: 3 },
    ])
    expect([1, 4, 5, 7, 8].map((units) => checkGuard(guard, state, ask(units, 700)))).toMatchObject(
      [1100, 1100, 1400, 1400, 1700].map((afterMs) => ({ ok: false, found: 10, retryAtMs: NOON + afterMs })),
    )
  })

  it('admits at most the limit in any true interval of its length', () => {
    const shape = fc.constantFrom([1000, 1], [1000, 4], [1000, 20], [990, 9])
    fc.assert(
      fc.property(asks(8, 400), shape, (asks, [windowMs = 0, subBuckets = 0]) => {
        const { admitted } = play(sliding(10, windowMs, subBuckets), asks)
        for (const { atMs: from } of admitted) {
          expect(sumOf(admitted.filter(({ atMs }) => atMs >= from && atMs <= from + windowMs))).toBeLessThanOrEqual(10)
        }
      }),
    )
  })

  it.each<[number, bigint | null, number]>([
    [1000, null, 10],
    [555, null, 5],
    [1, null, 1],
    [1000, 3n, 3],
    [500, 3n, 1],
    [1000, 0n, 0],
    [1, 0n, 0],
    [1000, 2n ** 70n, Number.MAX_SAFE_INTEGER],
  ])('at %i permille, override %s, the limit is %i', (limitPermille, limitOverride, limit) => {
    expect(checkGuard(guard, undefined, ask(0, 0, { limitPermille, limitOverride }))).toMatchObject({
      ok: true,
      limit,
      remaining: limit,
    })
    expect(checkGuard(guard, undefined, ask(1, 0, { limitPermille, limitOverride })).ok).toBe(limit > 0)
  })

  it('a limit that is lowered below what was used leaves nothing, never less', () => {
    const seven = countInGuard(guard, undefined, { ...ask(7), hold: null })
    expect(checkGuard(guard, seven, ask(0, 0, { limitOverride: 3n }))).toMatchObject({ ok: true, remaining: 0 })
    expect(checkGuard(guard, seven, ask(1, 0, { limitOverride: 3n }))).toEqual({
      ok: false,
      limit: 3,
      found: 7,
      retryAtMs: NOON + 1100,
    })
  })
})

describe('a concurrency guard', () => {
  const guard = concurrency(2)
  const slot = (n: number, afterMs: number) => ({ hold: hold(n), expiresAtMs: NOON + afterMs })
  const open = (...slots: ReturnType<typeof slot>[]): GuardState => ({ kind: 'concurrency', open: slots })
  const full = open(slot(1, 100), slot(2, 300))

  it.each<[string, GuardState | undefined, GuardAsk, object]>([
    ['the first hold', undefined, ask(1), { ok: true, limit: 2, remaining: 2, resetsAtMs: NOON }],
    ['one open', open(slot(1, 100)), ask(1), { ok: true, limit: 2, remaining: 1, resetsAtMs: NOON + 100 }],
    ['both open', full, ask(1), { ok: false, limit: 2, found: 2, retryAtMs: NOON + 100 }],
    ['the millisecond before one expires', full, ask(1, 99), { ok: false, limit: 2, found: 2, retryAtMs: NOON + 100 }],
    ['when it has expired', full, ask(1, 100), { ok: true, limit: 2, remaining: 1, resetsAtMs: NOON + 300 }],
    ['consume takes no slot', full, ask(0), { ok: true, limit: 2, remaining: 0, resetsAtMs: NOON + 300 }],
    [
      'a limit lowered: both must end',
      full,
      ask(1, 0, { limitPermille: 500 }),
      { ok: false, limit: 1, found: 2, retryAtMs: NOON + 300 },
    ],
    [
      'an override raises it',
      full,
      ask(1, 0, { limitOverride: 3n }),
      { ok: true, limit: 3, remaining: 1, resetsAtMs: NOON + 300 },
    ],
    [
      'an override of 0',
      undefined,
      ask(1, 0, { limitOverride: 0n }),
      { ok: false, limit: 0, found: 0, retryAtMs: null },
    ],
  ])('%s', (_, state, asked, expected) => {
    expect(checkGuard(guard, state, asked)).toEqual(expected)
  })

  it('keeps its slots by expiry and drops those that ended', () => {
    const place = (state: GuardState | undefined, n: number, expiresAfterMs: number, afterMs = 0) =>
      countInGuard(concurrency(9), state, {
        ...ask(1, afterMs),
        hold: { id: hold(n), expiresAtMs: NOON + expiresAfterMs },
      })
    const three = place(place(place(undefined, 1, 300), 2, 100), 3, 200)
    expect(three).toEqual(open(slot(2, 100), slot(3, 200), slot(1, 300)))
    expect(place(three, 4, 250, 100)).toEqual(open(slot(3, 200), slot(4, 250), slot(1, 300)))
    expect(place(three, 3, 400)).toEqual(open(slot(2, 100), slot(1, 300), slot(3, 400)))
    expect(countInGuard(guard, three, { ...ask(0), hold: null })).toEqual(three)
  })

  it('frees and moves a slot, and leaves others alone', () => {
    expect(freeSlot(full, hold(1))).toEqual(open(slot(2, 300)))
    expect(freeSlot(open(slot(1, 100)), hold(1))).toEqual(open())
    expect(freeSlot(full, hold(9))).toBe(full)
    expect(freeSlot(undefined, hold(1))).toBeUndefined()
    expect(moveSlot(full, hold(1), NOON + 900)).toEqual(open(slot(2, 300), slot(1, 900)))
    expect(moveSlot(full, hold(9), NOON + 900)).toBe(full)
    expect(moveSlot(undefined, hold(1), NOON)).toBeUndefined()
  })
})

const GUARDS = {
  burst: burst(7, 1000, 10),
  'burst of one': burst(3, 1000, 1),
  'burst by the minute': burst(7, 60_000, 10),
  sliding: sliding(10, 1000, 10),
  'sliding of one bucket': sliding(10, 999, 1),
  concurrency: concurrency(5),
}

describe('every guard', () => {
  const adjusted = fc.record({
    limitPermille: fc.constantFrom(1000, 999, 500, 100),
    limitOverride: fc.option(fc.bigInt({ min: 1n, max: 30n }), { freq: 2 }),
  })

  it.each(Object.entries(GUARDS))('%s: a denied ask passes at retryAtMs and not a millisecond before', (_, guard) => {
    const most = guard.kind === 'concurrency' ? 1 : 12
    fc.assert(
      fc.property(asks(most, 400), fc.integer({ min: 1, max: most }), adjusted, (asks, units, more) => {
        const { state, afterMs } = play(guard, asks)
        const check = checkGuard(guard, state, ask(units, afterMs, more))
        if (check.ok || check.retryAtMs === null) {
          expect(check.ok || units > check.limit).toBe(true)
          return
        }
        expect(check.retryAtMs).toBeGreaterThan(NOON + afterMs)
        expect(checkGuard(guard, state, { ...ask(units, 0, more), atMs: check.retryAtMs }).ok).toBe(true)
        expect(checkGuard(guard, state, { ...ask(units, 0, more), atMs: check.retryAtMs - 1 }).ok).toBe(false)
      }),
      { numRuns: 300 },
    )
  })

  it.each(Object.entries(GUARDS))('%s: what remains passes, and not one more', (_, guard) => {
    fc.assert(
      fc.property(asks(3, 400), adjusted, (asks, more) => {
        const { state, afterMs } = play(
          guard,
          asks.map((each) => ({ ...each, units: guard.kind === 'concurrency' ? 1 : each.units })),
        )
        const idle = checkGuard(guard, state, ask(0, afterMs, more))
        expect(idle.ok).toBe(true)
        if (!idle.ok) return
        expect(idle.remaining).toBeGreaterThanOrEqual(0)
        expect(idle.remaining).toBeLessThanOrEqual(idle.limit)
        if (idle.remaining > 0) expect(checkGuard(guard, state, ask(idle.remaining, afterMs, more)).ok).toBe(true)
        expect(checkGuard(guard, state, ask(idle.remaining + 1, afterMs, more)).ok).toBe(false)
      }),
    )
  })

  it('lives on under a guard of any other kind or length: nothing throws, and retryAtMs stays exact', () => {
    const guards = fc.constantFrom<Guard>(...Object.values(GUARDS), sliding(10, 60_000, 20), sliding(5, 100, 4))
    fc.assert(
      fc.property(guards, guards, asks(5, 400), (before, after, asks) => {
        const { state, afterMs } = play(before, asks)
        const asked = ask(1, afterMs)
        const check = checkGuard(after, state, asked)
        if (!check.ok && check.retryAtMs !== null) {
          expect(checkGuard(after, state, { ...asked, atMs: check.retryAtMs }).ok).toBe(true)
          expect(checkGuard(after, state, { ...asked, atMs: check.retryAtMs - 1 }).ok).toBe(false)
        }
        const next = countInGuard(after, state, { ...asked, hold: { id: hold(99), expiresAtMs: NOON + 10 ** 6 } })
        expect(next.kind).toBe(after.kind)
      }),
      { numRuns: 500 },
    )
  })

  it('sliding counts become an emptied bucket; arrival times and open holds are forgotten', () => {
    const counted = countInGuard(GUARDS.sliding, undefined, { ...ask(3), hold: null })
    expect(checkGuard(GUARDS.burst, counted, ask(1))).toMatchObject({ ok: false, found: 10 })
    const arrived = countInGuard(GUARDS.burst, undefined, { ...ask(10), hold: null })
    expect(checkGuard(GUARDS.sliding, arrived, ask(10))).toMatchObject({ ok: true })
    const held = countInGuard(GUARDS.concurrency, undefined, {
      ...ask(1),
      hold: { id: hold(1), expiresAtMs: NOON + 9 },
    })
    expect(checkGuard(GUARDS.burst, held, ask(10))).toMatchObject({ ok: true })
  })
})
