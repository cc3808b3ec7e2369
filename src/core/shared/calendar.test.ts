import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, it } from 'vitest'
import { isZone, periodAt, type Span } from './calendar.ts'

type Unit = 'day' | 'week' | 'month'
const HOUR = 3_600_000

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'America/Sao_Paulo',
  'America/Havana',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Asia/Beirut',
  'Asia/Kathmandu',
  'Asia/Tehran',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
] as const

const at = (text: string) => Temporal.Instant.from(text).epochMilliseconds
const show = ({ startMs, endMs }: Span) => [new Date(startMs).toISOString(), new Date(endMs).toISOString()]
const calendar = (unit: Unit, zone: string, atMs: number) =>
  periodAt({ kind: 'calendar', unit, zone }, { atMs, anchorMs: 0, timeZone: 'UTC' })
const months = (count: number, anchorMs: number, timeZone: string, atMs: number) =>
  periodAt({ kind: 'anchored_months', months: count }, { atMs, anchorMs, timeZone })

const anywhen = fc.integer({ min: at('1971-01-01T00:00Z'), max: at('2037-12-31T00:00Z') })
const zones = fc.constantFrom(...ZONES)

/** A zone and an instant; half of them within two days of a change of the zone's clocks. */
const moments = fc
  .tuple(zones, anywhen, fc.option(fc.integer({ min: -48 * HOUR, max: 48 * HOUR }), { freq: 2 }))
  .map(([zone, anyMs, offsetMs]) => {
    if (offsetMs === null) return { zone, atMs: anyMs }
    const change = Temporal.Instant.fromEpochMilliseconds(anyMs).toZonedDateTimeISO(zone).getTimeZoneTransition('next')
    return { zone, atMs: (change?.epochMilliseconds ?? anyMs) + offsetMs }
  })

describe('calendar periods', () => {
  it.each<[string, Unit, string, string, string, string]>([
    [
      'a plain day',
      'day',
      'Europe/Berlin',
      '2026-01-15T12:00Z',
      '2026-01-14T23:00:00.000Z',
      '2026-01-15T23:00:00.000Z',
    ],
    [
      'a day of 23 hours',
      'day',
      'Europe/Berlin',
      '2026-03-29T12:00Z',
      '2026-03-28T23:00:00.000Z',
      '2026-03-29T22:00:00.000Z',
    ],
    [
      'a day of 25 hours',
      'day',
      'Europe/Berlin',
      '2026-10-25T12:00Z',
      '2026-10-24T22:00:00.000Z',
      '2026-10-25T23:00:00.000Z',
    ],
    [
      'a day that starts at 01:00',
      'day',
      'America/Sao_Paulo',
      '2018-11-04T12:00Z',
      '2018-11-04T03:00:00.000Z',
      '2018-11-05T02:00:00.000Z',
    ],
    [
      'the day before it, of 24 hours',
      'day',
      'America/Sao_Paulo',
      '2018-11-04T02:59Z',
      '2018-11-03T03:00:00.000Z',
      '2018-11-04T03:00:00.000Z',
    ],
    [
      'a day that starts at 01:00, elsewhere',
      'day',
      'Africa/Cairo',
      '2024-04-26T12:00Z',
      '2024-04-25T22:00:00.000Z',
      '2024-04-26T21:00:00.000Z',
    ],
    [
      'a day whose midnight comes twice',
      'day',
      'America/Havana',
      '2024-11-03T05:30Z',
      '2024-11-03T04:00:00.000Z',
      '2024-11-04T05:00:00.000Z',
    ],
    [
      'a day that clocks leave again for an hour',
      'day',
      'America/St_Johns',
      '2010-11-07T02:45Z',
      '2010-11-07T02:30:00.000Z',
      '2010-11-08T03:30:00.000Z',
    ],
    [
      'the day before one that is skipped',
      'day',
      'Pacific/Apia',
      '2011-12-30T09:59Z',
      '2011-12-29T10:00:00.000Z',
      '2011-12-30T10:00:00.000Z',
    ],
    [
      'the day after it',
      'day',
      'Pacific/Apia',
      '2011-12-30T10:00Z',
      '2011-12-30T10:00:00.000Z',
      '2011-12-31T10:00:00.000Z',
    ],
    ['a week from Monday', 'week', 'UTC', '2026-03-15T23:59Z', '2026-03-09T00:00:00.000Z', '2026-03-16T00:00:00.000Z'],
    [
      'a week that begins on its own first instant',
      'week',
      'UTC',
      '2026-03-16T00:00Z',
      '2026-03-16T00:00:00.000Z',
      '2026-03-23T00:00:00.000Z',
    ],
    ['a week before 1970', 'week', 'UTC', '1969-12-28T12:00Z', '1969-12-22T00:00:00.000Z', '1969-12-29T00:00:00.000Z'],
    [
      'a week with a change of clocks',
      'week',
      'America/New_York',
      '2026-03-08T12:00Z',
      '2026-03-02T05:00:00.000Z',
      '2026-03-09T04:00:00.000Z',
    ],
    [
      'a leap February',
      'month',
      'Asia/Kathmandu',
      '2024-02-29T18:14Z',
      '2024-01-31T18:15:00.000Z',
      '2024-02-29T18:15:00.000Z',
    ],
    [
      'a December',
      'month',
      'Pacific/Kiritimati',
      '2026-12-31T09:59Z',
      '2026-11-30T10:00:00.000Z',
      '2026-12-31T10:00:00.000Z',
    ],
  ])('%s', (_, unit, zone, now, start, end) => {
    expect(show(calendar(unit, zone, at(now)))).toEqual([start, end])
  })

  it("'customer' is the customer's own zone", () => {
    const now = { atMs: at('2026-06-01T12:00Z'), anchorMs: 0, timeZone: 'Asia/Tehran' }
    expect(periodAt({ kind: 'calendar', unit: 'day', zone: 'customer' }, now)).toEqual(
      calendar('day', 'Asia/Tehran', now.atMs),
    )
  })

  it('agrees with Temporal about the first instant of every day, week and month', () => {
    fc.assert(
      fc.property(fc.constantFrom<Unit>('day', 'week', 'month'), moments, (unit, { zone, atMs }) => {
        const period = calendar(unit, zone, atMs)
        expect(period.startMs).toBeLessThanOrEqual(atMs)
        expect(period.endMs).toBeGreaterThan(atMs)
        const middle = Temporal.Instant.fromEpochMilliseconds(Math.floor((period.startMs + period.endMs) / 2))
        const date = middle.toZonedDateTimeISO(zone).toPlainDate()
        const first = firstOf(unit, date)
        const after =
          unit === 'day' ? first.add({ days: 1 }) : unit === 'week' ? first.add({ days: 7 }) : first.add({ months: 1 })
        const startOf = (day: Temporal.PlainDate) => day.toZonedDateTime(zone).epochMilliseconds
        expect(period).toEqual({ startMs: startOf(first), endMs: startOf(after) })
      }),
      { numRuns: 1500 },
    )
  })

  it('follows on without gap or overlap', () => {
    fc.assert(
      fc.property(fc.constantFrom<Unit>('day', 'week', 'month'), moments, (unit, { zone, atMs }) => {
        const period = calendar(unit, zone, atMs)
        expect(calendar(unit, zone, period.endMs).startMs).toBe(period.endMs)
        expect(calendar(unit, zone, period.startMs - 1).endMs).toBe(period.startMs)
        expect(calendar(unit, zone, period.endMs - 1)).toEqual(period)
      }),
    )
  })
})

function firstOf(unit: Unit, date: Temporal.PlainDate): Temporal.PlainDate {
  if (unit === 'day') return date
  return unit === 'week' ? date.subtract({ days: date.dayOfWeek - 1 }) : date.with({ day: 1 })
}

describe("periods from the customer's anchor", () => {
  it.each<[string, number, string, string, string, string, string]>([
    [
      '31 Jan ends on 28 Feb',
      1,
      'UTC',
      '2026-01-31T08:00Z',
      '2026-02-01T00:00Z',
      '2026-01-31T08:00:00.000Z',
      '2026-02-28T08:00:00.000Z',
    ],
    [
      'and goes on to 31 Mar',
      1,
      'UTC',
      '2026-01-31T08:00Z',
      '2026-03-01T00:00Z',
      '2026-02-28T08:00:00.000Z',
      '2026-03-31T08:00:00.000Z',
    ],
    [
      'in a leap year 29 Feb',
      1,
      'UTC',
      '2023-12-31T08:00Z',
      '2024-02-29T07:59Z',
      '2024-01-31T08:00:00.000Z',
      '2024-02-29T08:00:00.000Z',
    ],
    [
      '29 Feb yearly',
      12,
      'UTC',
      '2024-02-29T00:00Z',
      '2028-02-28T23:59Z',
      '2027-02-28T00:00:00.000Z',
      '2028-02-29T00:00:00.000Z',
    ],
    [
      'before the anchor',
      1,
      'UTC',
      '2026-03-31T08:00Z',
      '2026-02-28T07:59Z',
      '2026-01-31T08:00:00.000Z',
      '2026-02-28T08:00:00.000Z',
    ],
    [
      'at wall time through DST',
      1,
      'Europe/Berlin',
      '2026-03-10T08:00Z',
      '2026-04-01T00:00Z',
      '2026-03-10T08:00:00.000Z',
      '2026-04-10T07:00:00.000Z',
    ],
    [
      'at a time that is skipped',
      1,
      'Europe/Berlin',
      '2026-02-28T01:30Z',
      '2026-03-28T12:00Z',
      '2026-03-28T01:30:00.000Z',
      '2026-04-28T00:30:00.000Z',
    ],
    [
      'into a gap: as far behind it',
      1,
      'Europe/Berlin',
      '2026-01-29T01:30Z',
      '2026-03-29T01:30Z',
      '2026-03-29T01:30:00.000Z',
      '2026-04-29T00:30:00.000Z',
    ],
    [
      'in an hour that comes twice: its own, not the earlier',
      1,
      'Europe/Berlin',
      '2026-10-25T01:30Z',
      '2026-10-25T01:00Z',
      '2026-09-25T00:30:00.000Z',
      '2026-10-25T01:30:00.000Z',
    ],
    [
      'months by the zone, not UTC',
      1,
      'Asia/Kathmandu',
      '2026-01-30T20:00Z',
      '2026-02-28T12:00Z',
      '2026-02-27T20:00:00.000Z',
      '2026-03-30T20:00:00.000Z',
    ],
  ])('%s', (_, count, zone, anchor, now, start, end) => {
    expect(show(months(count, at(anchor), zone, at(now)))).toEqual([start, end])
  })

  it('months agree with Temporal, counted from the anchor and never from the last period', () => {
    const indexes = fc.integer({ min: -60, max: 60 })
    const anchors = fc.integer({ min: at('1990-01-01T00:00Z'), max: at('2025-12-31T00:00Z') })
    fc.assert(
      fc.property(
        zones,
        anchors,
        fc.constantFrom(1, 2, 3, 6, 12),
        indexes,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (zone, anchorMs, count, index, part) => {
          const anchor = Temporal.Instant.fromEpochMilliseconds(anchorMs).toZonedDateTimeISO(zone)
          const startOf = (n: number) =>
            n === 0
              ? anchorMs
              : anchor
                  .toPlainDateTime()
                  .add({ months: n * count })
                  .toZonedDateTime(zone).epochMilliseconds
          const startMs = startOf(index)
          const endMs = startOf(index + 1)
          const atMs = Math.min(endMs - 1, startMs + Math.floor(part * (endMs - startMs)))
          expect(months(count, anchorMs, zone, atMs)).toEqual({ startMs, endMs })
        },
      ),
      { numRuns: 1500 },
    )
  })

  it.each([
    [0, 0, 5 * HOUR],
    [5 * HOUR - 1, 0, 5 * HOUR],
    [5 * HOUR, 5 * HOUR, 10 * HOUR],
    [-1, -5 * HOUR, 0],
    [-5 * HOUR, -5 * HOUR, 0],
    [-5 * HOUR - 1, -10 * HOUR, -5 * HOUR],
  ])('lengths of 5 hours: %i ms from the anchor', (offsetMs, start, end) => {
    const anchorMs = at('2026-01-31T08:00Z')
    const period = periodAt(
      { kind: 'anchored_length', lengthMs: 5 * HOUR },
      { atMs: anchorMs + offsetMs, anchorMs, timeZone: 'UTC' },
    )
    expect(period).toEqual({ startMs: anchorMs + start, endMs: anchorMs + end })
  })
})

describe('isZone', () => {
  it.each(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5', 'Asia/Calcutta'])(
    '%s is one',
    (name) => {
      expect(isZone(name)).toBe(true)
    },
  )

  it.each(['', 'customer', 'Mars/Olympus', 'Europe/', '+01:00', 'Europe/Berlin ', '../etc/passwd', 'x'.repeat(200)])(
    '%j is none',
    (name) => {
      expect(isZone(name)).toBe(false)
    },
  )

  it('a period in an unknown zone throws', () => {
    expect(() => calendar('day', 'Mars/Olympus', 0)).toThrow(RangeError)
  })
})
