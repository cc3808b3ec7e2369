/**
 * Wall-clock arithmetic in one IANA zone. Dates are day numbers (days since 1970-01-01) and wall times are the epoch ms
 * that the same reading would have in UTC, so that everything between two look-ups of an offset is whole-number arithmetic.
 */
export interface ZoneClock {
  /** What the clocks of the zone show at an instant. */
  wallAt(atMs: number): number
  /**
   * The instant at which the zone's clocks show `wallMs`: the earlier one of two; where clocks skip it, as far after the
   * gap's start as it lies within the gap.
   */
  instantOf(wallMs: number): number
  /** First instant of a day, also where midnight is skipped or comes twice; a day that is skipped starts with the next. */
  startOfDay(day: number): number
}

export const DAY_MS = 86_400_000

/** A UTC day with a change of offset in it. */
const MIXED = Number.NaN
const DAYS_BOUND = 4_096
const CLOCKS_BOUND = 1_024
const clocks = new Map<string, ZoneClock>()

/** The clock of a zone; throws RangeError for a name that the platform does not know. */
export function zoneClock(zone: string): ZoneClock {
  const known = clocks.get(zone)
  if (known) return known
  const made = makeClock(formatterOf(zone))
  if (clocks.size >= CLOCKS_BOUND) clocks.clear()
  clocks.set(zone, made)
  return made
}

const IANA_NAME = /^[A-Za-z][A-Za-z0-9_+\-/]{0,63}$/

/** True for a name of an IANA zone that this platform knows. */
export function isZone(name: string): boolean {
  if (clocks.has(name)) return true
  if (!IANA_NAME.test(name)) return false
  try {
    formatterOf(name)
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
}

function makeClock(formatter: Intl.DateTimeFormat): ZoneClock {
  /** Offset of each UTC day that was asked for: nearly every question is answered without the formatter. */
  const offsets = new Map<number, number>()

  function measure(atMs: number): number {
    const secondMs = Math.floor(atMs / 1000) * 1000
    const [month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0] = formatter
      .format(secondMs)
      .split(/\D+/)
      .map(Number)
    return dayOf(year, month, day) * DAY_MS + hour * 3_600_000 + minute * 60_000 + second * 1000 - secondMs
  }

  function offsetAt(atMs: number): number {
    const day = Math.floor(atMs / DAY_MS)
    let offset = offsets.get(day)
    if (offset === undefined) {
      offset = measure(day * DAY_MS)
      if (offset !== measure((day + 1) * DAY_MS)) offset = MIXED
      if (offsets.size >= DAYS_BOUND) offsets.clear()
      offsets.set(day, offset)
    }
    return Number.isNaN(offset) ? measure(atMs) : offset
  }

  /** Both instants that may show `wallMs`: by the offset in force before and after any change nearby. */
  function candidates(wallMs: number) {
    return { before: wallMs - offsetAt(wallMs - DAY_MS), after: wallMs - offsetAt(wallMs + DAY_MS) }
  }

  const wallAt = (atMs: number) => atMs + offsetAt(atMs)

  function instantOf(wallMs: number): number {
    const { before, after } = candidates(wallMs)
    if (wallAt(before) === wallMs) return before
    return wallAt(after) === wallMs ? after : before
  }

  function startOfDay(day: number): number {
    const wallMs = day * DAY_MS
    const { before, after } = candidates(wallMs)
    if (wallAt(before) === wallMs) return before
    if (wallAt(after) === wallMs) return after
    // Midnight is skipped: the day starts at the change itself, which lies between the two readings.
    let low = after
    let high = before
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2)
      if (wallAt(middle) < wallMs) low = middle
      else high = middle
    }
    return high
  }

  return { wallAt, instantOf, startOfDay }
}

/** Day number of a date of the proleptic Gregorian calendar; months past 12 run on into the next years. */
export function dayOf(year: number, month: number, day: number): number {
  const shifted = year * 12 + (month - 1) - 2
  const y = Math.floor(shifted / 12)
  const m = shifted - y * 12
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * m + 2) / 5) + day - 1
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
}

/** Inverse of `dayOf`. */
export function dateOf(dayNumber: number): { year: number; month: number; day: number } {
  const z = dayNumber + 719_468
  const era = Math.floor(z / 146_097)
  const dayOfEra = z - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const m = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * m + 2) / 5) + 1
  const month = m < 10 ? m + 3 : m - 9
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day }
}
