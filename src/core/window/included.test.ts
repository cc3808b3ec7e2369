import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { IncludedWindow, Period } from '../policy/policy.ts'
import { AmountOverflow, MAX_AMOUNT } from '../shared/amount.ts'
import type { WindowState } from '../waterfall/state.ts'
import { countInWindow, freesAt, giveBackToWindow, viewWindow, type WindowTime } from './included.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const ANCHOR = Date.UTC(2026, 0, 31, 8)
const NOON = Date.UTC(2026, 2, 10, 12)

const fixed = (period: Period): IncludedWindow => ({
  id: 'w',
  title: 'W',
  limit: 0n,
  features: null,
  kind: 'fixed',
  period,
})
const sliding = (lengthMs: number, subBuckets: number): IncludedWindow => ({
  id: 'w',
  title: 'W',
  limit: 0n,
  features: null,
  kind: 'sliding',
  lengthMs,
  subBuckets,
})
const at = (atMs: number, limit: bigint | number = 100n, timeZone = 'Europe/Berlin'): WindowTime => ({
  atMs,
  anchorMs: ANCHOR,
  timeZone,
  limit: BigInt(limit),
})

const WINDOWS: Record<string, IncludedWindow> = {
  'first use': fixed({ kind: 'first_use', lengthMs: 5 * HOUR }),
  'anchored length': fixed({ kind: 'anchored_length', lengthMs: 5 * HOUR }),
  'anchored months': fixed({ kind: 'anchored_months', months: 1 }),
  'calendar day': fixed({ kind: 'calendar', unit: 'day', zone: 'customer' }),
  'calendar week': fixed({ kind: 'calendar', unit: 'week', zone: 'America/New_York' }),
  sliding: sliding(5 * HOUR, 10),
  'sliding of one bucket': sliding(HOUR, 1),
}
const windows = fc.constantFrom(...Object.values(WINDOWS))

describe('a fixed window', () => {
  const day = Date.UTC(2026, 2, 9, 23)
  it.each<[string, string, number | null, number | null]>([
    ['first use', 'has not started', null, null],
    ['anchored length', 'runs unused', ANCHOR + 183 * 5 * HOUR, ANCHOR + 184 * 5 * HOUR],
    ['anchored months', 'runs unused', Date.UTC(2026, 1, 28, 8), Date.UTC(2026, 2, 31, 7)],
    ['calendar day', 'runs unused', day, day + DAY],
    ['calendar week', 'runs unused', Date.UTC(2026, 2, 9, 4), Date.UTC(2026, 2, 16, 4)],
  ])('%s: %s', (name, _, startMs, resetsAtMs) => {
    const standing = { limit: 100n, used: 0n, remaining: 100n, startMs, resetsAtMs }
    expect(viewWindow(WINDOWS[name]!, undefined, at(NOON))).toEqual(standing)
  })

  it('starts at its first use and ends one length later', () => {
    const window = WINDOWS['first use']!
    const first = countInWindow(window, undefined, at(NOON), 30n)
    expect(first).toEqual({ startMs: NOON, state: { kind: 'fixed', startMs: NOON, endMs: NOON + 5 * HOUR, used: 30n } })
    const second = countInWindow(window, first.state, at(NOON + 5 * HOUR - 1), 20n)
    expect(second).toEqual({ startMs: NOON, state: { ...first.state, used: 50n } })
    expect(viewWindow(window, second.state, at(NOON + 5 * HOUR - 1))).toMatchObject({
      used: 50n,
      remaining: 50n,
      resetsAtMs: NOON + 5 * HOUR,
    })
    expect(viewWindow(window, second.state, at(NOON + 5 * HOUR))).toMatchObject({
      used: 0n,
      remaining: 100n,
      startMs: null,
      resetsAtMs: null,
    })
    expect(countInWindow(window, second.state, at(NOON + 9 * HOUR), 1n).state).toMatchObject({
      startMs: NOON + 9 * HOUR,
      used: 1n,
    })
  })

  it('keeps the period that runs when the zone, the anchor or the length changes', () => {
    const counted = countInWindow(WINDOWS['calendar day']!, undefined, at(NOON), 70n).state
    const moved = at(NOON + HOUR, 100, 'Asia/Tokyo')
    expect(viewWindow(WINDOWS['calendar day']!, counted, moved)).toMatchObject({ used: 70n, resetsAtMs: day + DAY })
    expect(viewWindow(WINDOWS['calendar day']!, counted, at(day + DAY, 100, 'Asia/Tokyo'))).toMatchObject({
      used: 0n,
      startMs: Date.UTC(2026, 2, 10, 15),
    })
    const shorter = fixed({ kind: 'first_use', lengthMs: 20 * HOUR })
    expect(viewWindow(shorter, counted, at(NOON))).toMatchObject({ used: 70n, resetsAtMs: day + DAY })
  })

  it('forgets a period at least twice as long as the new rule means', () => {
    const month = countInWindow(fixed({ kind: 'calendar', unit: 'month', zone: 'UTC' }), undefined, at(NOON), 70n).state
    expect(viewWindow(WINDOWS['first use']!, month, at(NOON))).toMatchObject({ used: 0n, startMs: null })
    expect(viewWindow(WINDOWS['calendar day']!, month, at(NOON))).toMatchObject({ used: 0n, startMs: day })
  })

  it('a count past the largest amount throws before it is stored', () => {
    const full = countInWindow(WINDOWS['first use']!, undefined, at(NOON), MAX_AMOUNT).state
    expect(() => countInWindow(WINDOWS['first use']!, full, at(NOON), 1n)).toThrow(AmountOverflow)
  })
})

describe('a sliding window', () => {
  const window = sliding(5 * HOUR, 10)
  const half = HOUR / 2
  const start = Math.floor(NOON / half) * half

  it('counts in sub-buckets and lets go of one when all of it is past', () => {
    const first = countInWindow(window, undefined, at(start + 1), 30n)
    expect(first.startMs).toBe(start)
    const state = countInWindow(window, first.state, at(start + half), 20n).state
    expect(state).toEqual({ kind: 'sliding', bucketMs: half, bucket: start / half + 1, counts: [20n, 30n] })
    expect(viewWindow(window, state, at(start + 11 * half - 1))).toMatchObject({
      used: 50n,
      startMs: null,
      resetsAtMs: start + 12 * half,
    })
    expect(viewWindow(window, state, at(start + 11 * half))).toMatchObject({ used: 20n, remaining: 80n })
    expect(viewWindow(window, state, at(start + 12 * half))).toMatchObject({ used: 0n, resetsAtMs: null })
  })

  it('drops what has left and fills what was quiet', () => {
    let state = countInWindow(window, undefined, at(start), 1n).state
    state = countInWindow(window, state, at(start + 3 * half), 2n).state
    expect(state).toMatchObject({ counts: [2n, 0n, 0n, 1n] })
    expect(countInWindow(window, state, at(start + 12 * half), 4n).state).toMatchObject({
      counts: [4n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 2n],
    })
    expect(countInWindow(window, state, at(start + 99 * half), 8n).state).toMatchObject({ counts: [8n] })
  })

  it('a clock that runs back frees nothing', () => {
    const state = countInWindow(window, undefined, at(NOON), 30n).state
    expect(viewWindow(window, state, at(NOON - DAY)).used).toBe(30n)
    expect(countInWindow(window, state, at(NOON - DAY), 5n).state).toMatchObject({
      bucket: start / half,
      counts: [35n],
    })
  })

  it('holds its claim: no true interval of its length, wherever it starts, takes more than the limit', () => {
    const asks = fc.array(
      fc.record({ waitMs: fc.integer({ min: 0, max: 700 }), amount: fc.bigInt({ min: 1n, max: 60n }) }),
      { minLength: 1, maxLength: 60 },
    )
    const shape = fc.constantFrom([1000, 1], [1000, 4], [1000, 10], [999, 9])
    fc.assert(
      fc.property(asks, shape, fc.integer({ min: 0, max: 5000 }), (asks, [lengthMs = 0, buckets = 0], startMs) => {
        const window = sliding(lengthMs, buckets)
        const admitted: { atMs: number; amount: bigint }[] = []
        let state: WindowState | undefined
        let atMs = NOON + startMs
        for (const { waitMs, amount } of asks) {
          atMs += waitMs
          if (viewWindow(window, state, at(atMs)).remaining < amount) continue
          state = countInWindow(window, state, at(atMs), amount).state
          admitted.push({ atMs, amount })
        }
        for (const { atMs: from } of admitted) {
          const within = admitted.filter((ask) => ask.atMs >= from && ask.atMs <= from + lengthMs)
          expect(within.reduce((sum, ask) => sum + ask.amount, 0n)).toBeLessThanOrEqual(100n)
        }
      }),
    )
  })

  it('wastes at most one sub-bucket: what is older than that is free again', () => {
    fc.assert(
      fc.property(fc.constantFrom(1, 5, 20), fc.integer({ min: 0, max: 100_000 }), (buckets, startMs) => {
        const window = sliding(1000, buckets)
        const state = countInWindow(window, undefined, at(startMs), 100n).state
        expect(viewWindow(window, state, at(startMs + 1000 + 1000 / buckets)).remaining).toBe(100n)
      }),
    )
  })
})

/** Any history of counts, each some time after the one before. */
const histories = fc.array(
  fc.record({ waitMs: fc.integer({ min: 0, max: 9 * HOUR }), amount: fc.bigInt({ min: 0n, max: 60n }) }),
  { maxLength: 20 },
)

function play(window: IncludedWindow, history: readonly { waitMs: number; amount: bigint }[]) {
  let state: WindowState | undefined
  let atMs = NOON
  const counted: { startMs: number; amount: bigint }[] = []
  for (const { waitMs, amount } of history) {
    atMs += waitMs
    const next = countInWindow(window, state, at(atMs), amount)
    state = next.state
    counted.push({ startMs: next.startMs, amount })
  }
  return { state, atMs, counted }
}

describe('every window', () => {
  it.each(Object.entries(WINDOWS))('%s: frees exactly when it says, not a millisecond before', (_, window) => {
    const need = fc.bigInt({ min: 0n, max: 110n })
    fc.assert(
      fc.property(histories, need, fc.integer({ min: 0, max: 3 * HOUR }), (history, need, waitMs) => {
        const played = play(window, history)
        const nowMs = played.atMs + waitMs
        const enough = (atMs: number) => viewWindow(window, played.state, at(atMs)).remaining >= need
        const freesAtMs = freesAt(window, played.state, at(nowMs), need)
        if (need > 100n) {
          expect(freesAtMs).toBeNull()
          return
        }
        expect(freesAtMs).not.toBeNull()
        expect(enough(freesAtMs!)).toBe(true)
        if (freesAtMs! > nowMs) expect(enough(freesAtMs! - 1)).toBe(false)
        else expect(freesAtMs).toBe(nowMs)
      }),
    )
  })

  it.each(Object.entries(WINDOWS))('%s: giving all of it back at once leaves it as if never counted', (_, window) => {
    fc.assert(
      fc.property(histories, fc.bigInt({ min: 1n, max: 60n }), (history, amount) => {
        const before = play(window, history)
        const standing = viewWindow(window, before.state, at(before.atMs))
        const counted = countInWindow(window, before.state, at(before.atMs), amount)
        const after = giveBackToWindow(window, counted.state, at(before.atMs), counted.startMs, amount)
        expect(viewWindow(window, after, at(before.atMs)).used).toBe(standing.used)
      }),
    )
  })

  it.each(Object.entries(WINDOWS))('%s: giving back late takes from what still counts, and never more', (_, window) => {
    fc.assert(
      fc.property(histories, fc.integer({ min: 0, max: 12 * HOUR }), (history, waitMs) => {
        const played = play(window, history)
        const nowMs = played.atMs + waitMs
        let state = played.state
        for (const { startMs, amount } of played.counted)
          state = giveBackToWindow(window, state, at(nowMs), startMs, amount)
        expect(viewWindow(window, state, at(nowMs)).used).toBe(0n)
      }),
    )
  })

  it.each(Object.entries(WINDOWS))(
    '%s: units of a period that has ended are not given to the next one',
    (_, window) => {
      const old = countInWindow(window, undefined, at(NOON), 40n)
      const laterMs = NOON + 40 * DAY
      const running = countInWindow(window, old.state, at(laterMs), 40n).state
      expect(giveBackToWindow(window, running, at(laterMs), old.startMs, 40n)).toBe(running)
    },
  )

  it('a limit that is lowered below what was used leaves nothing, never less', () => {
    fc.assert(
      fc.property(windows, histories, fc.bigInt({ min: 0n, max: 100n }), (window, history, limit) => {
        const { state, atMs } = play(window, history)
        const standing = viewWindow(window, state, at(atMs, limit))
        expect(standing.remaining).toBe(standing.used > limit ? 0n : limit - standing.used)
        expect(standing.used).toBe(viewWindow(window, state, at(atMs)).used)
      }),
    )
  })

  it('lives on under a rule of any other kind or length: nothing throws, and freesAt stays exact', () => {
    const rules = fc.oneof(
      windows,
      fc.constantFrom(sliding(DAY, 24), sliding(100, 7), fixed({ kind: 'first_use', lengthMs: 1000 })),
    )
    fc.assert(
      fc.property(
        rules,
        rules,
        histories,
        fc.bigInt({ min: 1n, max: 100n }),
        fc.integer({ min: 0, max: 9 * HOUR }),
        (before, after, history, need, waitMs) => {
          const { state, atMs, counted } = play(before, history)
          const nowMs = atMs + waitMs
          const standing = viewWindow(after, state, at(nowMs))
          expect(standing.used).toBeGreaterThanOrEqual(0n)
          const freesAtMs = freesAt(after, state, at(nowMs), need)!
          expect(viewWindow(after, state, at(freesAtMs)).remaining).toBeGreaterThanOrEqual(need)
          if (freesAtMs > nowMs) expect(viewWindow(after, state, at(freesAtMs - 1)).remaining).toBeLessThan(need)
          const next = countInWindow(after, state, at(nowMs), 3n)
          expect(viewWindow(after, next.state, at(nowMs)).used).toBe(standing.used + 3n)
          const back = counted.at(-1)
          if (back) giveBackToWindow(after, next.state, at(nowMs), back.startMs, back.amount)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('counts move to other sub-buckets no earlier than they happened', () => {
    const shapes = fc
      .constantFrom([8, 2], [8, 5], [8, 16], [4, 1], [4, 8])
      .map(([hours = 1, buckets = 1]) => sliding(hours * HOUR, buckets))
    fc.assert(
      fc.property(
        shapes,
        shapes,
        histories,
        fc.integer({ min: 0, max: 9 * HOUR }),
        (before, after, history, waitMs) => {
          fc.pre(before.kind === 'sliding' && after.kind === 'sliding' && before.lengthMs >= after.lengthMs)
          const { state, atMs } = play(before, history)
          const nowMs = atMs + waitMs
          let within = 0n
          let countedAtMs = NOON
          for (const { waitMs, amount } of history) {
            countedAtMs += waitMs
            if (countedAtMs >= nowMs - after.lengthMs) within += amount
          }
          expect(viewWindow(after, state, at(nowMs)).used).toBeGreaterThanOrEqual(within)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('a newest sub-bucket that ends ahead of now pushes nothing out', () => {
    const before = sliding(8 * HOUR, 5)
    const first = countInWindow(before, undefined, at(NOON + 6_750_013), 1n)
    const { state } = countInWindow(before, first.state, at(NOON + 20_160_000), 0n)
    expect(viewWindow(sliding(4 * HOUR, 8), state, at(NOON + 20_160_000)).used).toBe(1n)
  })

  it.each<[string, IncludedWindow, IncludedWindow]>([
    ['a fixed window that slides', WINDOWS['first use']!, sliding(5 * HOUR, 10)],
    ['a sliding window that is fixed', sliding(5 * HOUR, 10), WINDOWS['first use']!],
    ['sub-buckets that become longer', sliding(5 * HOUR, 10), sliding(5 * HOUR, 3)],
    ['sub-buckets that become shorter', sliding(5 * HOUR, 3), sliding(5 * HOUR, 10)],
  ])('a change of rule gives nothing away at once: %s', (_, before, after) => {
    const { state } = countInWindow(before, undefined, at(NOON), 80n)
    expect(viewWindow(after, state, at(NOON)).remaining).toBe(20n)
  })
})
