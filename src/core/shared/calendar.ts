import type { Period } from '../policy/policy.ts'
import { DAY_MS, dateOf, dayOf, type ZoneClock, zoneClock } from './zone-clock.ts'

export { isZone } from './zone-clock.ts'

/** From `startMs`, up to and without `endMs`. */
export interface Span {
  readonly startMs: number
  readonly endMs: number
}

/** An instant, and what a customer's own periods hang on: an anchor and an IANA zone. */
export interface CustomerTime {
  readonly atMs: number
  readonly anchorMs: number
  readonly timeZone: string
}

/**
 * The period that an instant falls in. Periods follow each other without gap or overlap, before the anchor too.
 *
 * - `anchored_length`: every `lengthMs` from the anchor, in elapsed time.
 * - `anchored_months`: at the anchor's wall time in the customer's zone; the day is the anchor's, clamped to each month's
 *   end on its own (31 Jan, 28 Feb, 31 Mar).
 * - `calendar`: days, weeks from Monday, or months of the zone; a day may have 23 or 25 hours, or start at 01:00.
 *
 * Throws RangeError for a zone that the platform does not know. The last periods are remembered: no formatting in the hot path.
 */
export function periodAt(period: Exclude<Period, { kind: 'first_use' }>, at: CustomerTime): Span {
  switch (period.kind) {
    case 'anchored_length':
      return lengthAt(period.lengthMs, at)
    case 'anchored_months':
      return monthsAt(period.months, at)
    case 'calendar':
      return calendarAt(period.unit, period.zone === 'customer' ? at.timeZone : period.zone, at.atMs)
  }
}

function lengthAt(lengthMs: number, { atMs, anchorMs }: CustomerTime): Span {
  const startMs = anchorMs + Math.floor((atMs - anchorMs) / lengthMs) * lengthMs
  return { startMs, endMs: startMs + lengthMs }
}

function monthsAt(months: number, { atMs, anchorMs, timeZone }: CustomerTime): Span {
  const clock = zoneClock(timeZone)
  const anchorWallMs = clock.wallAt(anchorMs)
  const anchorDay = Math.floor(anchorWallMs / DAY_MS)
  const anchor = dateOf(anchorDay)
  const timeOfDayMs = anchorWallMs - anchorDay * DAY_MS
  const startOf = (index: number): number => {
    if (index === 0) return anchorMs
    const month = anchor.month + index * months
    const length = dayOf(anchor.year, month + 1, 1) - dayOf(anchor.year, month, 1)
    const day = dayOf(anchor.year, month, Math.min(anchor.day, length))
    return clock.instantOf(day * DAY_MS + timeOfDayMs)
  }
  const now = dateOf(Math.floor(clock.wallAt(atMs) / DAY_MS))
  // At most one off: the day of the month and the time of day decide the rest.
  let index = Math.floor(((now.year - anchor.year) * 12 + now.month - anchor.month) / months)
  let startMs = startOf(index)
  if (startMs > atMs) return { startMs: startOf(index - 1), endMs: startMs }
  let endMs = startOf(index + 1)
  while (endMs <= atMs) {
    index++
    startMs = endMs
    endMs = startOf(index + 1)
  }
  return { startMs, endMs }
}

type Unit = 'day' | 'week' | 'month'

/** The last period asked for, by unit and zone: requests of the same day all find it here. */
const latest: Record<Unit, Map<string, Span>> = { day: new Map(), week: new Map(), month: new Map() }
const ZONES_BOUND = 1_024

function calendarAt(unit: Unit, zone: string, atMs: number): Span {
  const spans = latest[unit]
  const known = spans.get(zone)
  if (known && known.startMs <= atMs && atMs < known.endMs) return known
  const made = calendarPeriod(unit, zoneClock(zone), atMs)
  if (spans.size >= ZONES_BOUND) spans.clear()
  spans.set(zone, made)
  return made
}

function calendarPeriod(unit: Unit, clock: ZoneClock, atMs: number): Span {
  const today = Math.floor(clock.wallAt(atMs) / DAY_MS)
  let first = firstDay(unit, today)
  let next = followingDay(unit, first)
  // Clocks that go back over midnight show yesterday's date again after today has begun: today goes on.
  while (clock.startOfDay(next) <= atMs) {
    first = next
    next = followingDay(unit, first)
  }
  return { startMs: clock.startOfDay(first), endMs: clock.startOfDay(next) }
}

function firstDay(unit: Unit, day: number): number {
  if (unit === 'day') return day
  // Day 0 was a Thursday.
  if (unit === 'week') return day - ((((day + 3) % 7) + 7) % 7)
  const { year, month } = dateOf(day)
  return dayOf(year, month, 1)
}

function followingDay(unit: Unit, first: number): number {
  if (unit === 'day') return first + 1
  if (unit === 'week') return first + 7
  const { year, month } = dateOf(first)
  return dayOf(year, month + 1, 1)
}
