import fc from 'fast-check'
import { expect, test } from 'vitest'
import { zoneClock } from '../shared/zone-clock.ts'
import { type Segment, segmentsOf, SLOT_MS, startsOf } from './segments.ts'

const NOON = Date.UTC(2026, 10, 20, 12)
const HOUR = 3_600_000
const told = (segments: readonly Segment[]): string =>
  segments.map(({ grain, fromMs, toMs }) => `${grain} ${(fromMs - NOON) / HOUR}..${(toMs - NOON) / HOUR}`).join(', ')
const hours = (...all: number[]) => all.map((hour) => NOON + hour * HOUR)

test.each<[string, string, number[], string]>([
  ['whole days', 'UTC', hours(-60, -36, -12), 'day -60..-12'],
  ['days with both ends cut', 'UTC', hours(-40, 2), 'slot -40..-36, day -36..-12, slot -12..2'],
  ['an edge within a day', 'UTC', hours(-60, -20, 12), 'day -60..-36, slot -36..-12, day -12..12'],
  ['less than a day', 'UTC', hours(-3, 3), 'slot -3..3'],
  ['edges out of order, and twice', 'UTC', hours(-12, -60, -12), 'day -60..-12'],
  ['days of the zone', 'America/New_York', hours(-55, -31, -7), 'day -55..-7'],
  ['days of another zone', 'America/New_York', hours(-60, -12), 'slot -60..-55, day -55..-31, slot -31..-12'],
  ['nothing', 'UTC', [], ''],
])('%s', (_, zone, edges, expected) => {
  expect(told(segmentsOf(edges, zoneClock(zone)))).toBe(expected)
})

test('without a clock all is by slot', () => {
  expect(told(segmentsOf(hours(-60, -12, 12), null))).toBe('slot -60..12')
})

const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/Sao_Paulo')
const slots = fc.integer({ min: 0, max: 400 * 96 }).map((slot) => NOON - 365 * 24 * HOUR + slot * SLOT_MS)

test('every slot is in one segment, and a day segment holds whole days between two edges', () => {
  fc.assert(
    fc.property(zones, fc.array(slots, { minLength: 2, maxLength: 6 }), slots, (zone, edges, atMs) => {
      const clock = zoneClock(zone)
      const segments = segmentsOf(edges, clock)
      const inside = atMs >= Math.min(...edges) && atMs < Math.max(...edges)
      const holding = segments.filter(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs)
      expect(holding).toHaveLength(inside ? 1 : 0)
      const [segment] = holding
      if (segment?.grain !== 'day') return
      const { dayMs } = startsOf(atMs, clock)
      expect(dayMs).toBeGreaterThanOrEqual(segment.fromMs)
      expect(edges.filter((edge) => edge > dayMs && edge <= atMs)).toEqual([])
    }),
  )
})
