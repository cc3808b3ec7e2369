import { DAY_MS, type ZoneClock } from '../shared/zone-clock.ts'

/** How long a slot of the rollup is: what divides the offset of every zone, so that days begin on one anywhere. */
export const SLOT_MS = 900_000

/** A stretch of time that sums by day cover, or only sums by slot. */
export interface Segment {
  readonly grain: 'slot' | 'day'
  readonly fromMs: number
  readonly toMs: number
}

/**
 * The time between the first and the last edge in stretches, such that no day of a `day` stretch has an edge within: what
 * is known by day is then known by bucket. Edges may come in any order. Without a clock nothing is known by day.
 */
export function segmentsOf(edgesMs: readonly number[], clock: ZoneClock | null): Segment[] {
  const edges = [...new Set(edgesMs)].toSorted((a, b) => a - b)
  const segments: Segment[] = []
  const add = (grain: Segment['grain'], fromMs: number, toMs: number): void => {
    if (fromMs >= toMs) return
    const last = segments.at(-1)
    if (last?.grain === grain && last.toMs === fromMs) segments[segments.length - 1] = { ...last, toMs }
    else segments.push({ grain, fromMs, toMs })
  }
  for (const [at, fromMs] of edges.entries()) {
    const toMs = edges[at + 1]
    if (toMs === undefined) break
    const [first, last] = clock === null ? [toMs, toMs] : wholeDays(clock, fromMs, toMs)
    add('slot', fromMs, Math.min(first, toMs))
    add('day', first, last)
    add('slot', Math.max(first, last), toMs)
  }
  return segments
}

/** Starts of the first day that begins within, and of the one that does not end within. */
function wholeDays(clock: ZoneClock, fromMs: number, toMs: number): readonly [first: number, last: number] {
  const dayOf = (atMs: number) => Math.floor(clock.wallAt(atMs) / DAY_MS)
  const day = dayOf(fromMs)
  const start = clock.startOfDay(day)
  const first = start >= fromMs ? start : clock.startOfDay(day + 1)
  return [Math.min(first, toMs), Math.min(clock.startOfDay(dayOf(toMs)), toMs)]
}

/** Where the day and the slot of an instant begin. */
export const startsOf = (atMs: number, clock: ZoneClock): { readonly slotMs: number; readonly dayMs: number } => ({
  slotMs: atMs - (atMs % SLOT_MS),
  dayMs: clock.startOfDay(Math.floor(clock.wallAt(atMs) / DAY_MS)),
})
