import { describe, expect, test } from 'vitest'
import { SLOT_MS } from '../../core/usage/segments.ts'
import { rangeOf, readRange } from './range.ts'

const NOW = Date.UTC(2026, 10, 20, 12, 10)
const iso = (atMs: number | undefined) => new Date(atMs ?? Number.NaN).toISOString().slice(0, 16)
const rangeIn = (zone: string, choice: Parameters<typeof rangeOf>[0], nowMs = NOW) => {
  const range = rangeOf(choice, zone, nowMs)
  if (range === null) throw new Error('no range')
  return range
}

describe('a range', () => {
  test('is of the days of the customer\u2019s zone, and reaches the end of this slot', () => {
    const range = rangeIn('America/New_York', { kind: '7d' })
    expect([range.fromMs, range.toMs, range.beforeFromMs, range.beforeToMs].map(iso)).toEqual([
      '2026-11-14T05:00',
      '2026-11-20T12:15',
      '2026-11-07T05:00',
      '2026-11-13T12:15',
    ])
    expect(range.edgesMs).toHaveLength(8)
    expect(range.step).toBe('day')
  })

  test('is compared at the same time of day, also across a change of clocks', () => {
    const range = rangeIn('Europe/Berlin', { kind: 'custom', from: '2026-10-24', to: '2026-10-26' })
    expect([range.fromMs, range.toMs, range.beforeFromMs, range.beforeToMs].map(iso)).toEqual([
      '2026-10-23T22:00',
      '2026-10-26T23:00',
      '2026-10-20T22:00',
      '2026-10-23T22:00',
    ])
  })

  test('of today is by the hour', () => {
    const range = rangeIn('UTC', { kind: 'today' })
    expect(range.step).toBe('hour')
    expect(range.edgesMs).toHaveLength(14)
    expect(range.beforeEdgesMs).toHaveLength(14)
    expect(iso(range.beforeToMs)).toBe('2026-11-19T12:15')
  })

  test('ends today: nothing has happened tomorrow', () => {
    expect(iso(rangeIn('UTC', { kind: 'custom', from: '2026-11-19', to: '2027-01-01' }).toMs)).toBe('2026-11-20T12:15')
  })

  test.each([
    ['2026-11-20', '2026-11-19'],
    ['2026-02-30', '2026-03-01'],
    ['2026-08-01', '2026-11-19'],
    ['2026-11-21', '2026-11-21'],
    ['', ''],
    ['x', '2026-11-19'],
  ])('from %s to %s is none', (from, to) => {
    expect(rangeOf({ kind: 'custom', from, to }, 'UTC', NOW)).toBeNull()
  })
})

test.each([
  ['7d', '2026-11-07..2026-11-13', null],
  ['2026-11-07..2026-11-13', '2026-10-31..2026-11-06', '7d'],
  ['2026-11-10..2026-11-14', '2026-11-05..2026-11-09', '2026-11-15..2026-11-19'],
  ['2026-11-14..2026-11-18', '2026-11-09..2026-11-13', '2026-11-19..2026-11-20'],
  ['2026-11-19..2026-11-19', '2026-11-18..2026-11-18', 'today'],
])('around %s are %s and %s', (text, previous, next) => {
  const choice = readRange(text)
  expect(choice).not.toBeNull()
  expect(choice && rangeIn('UTC', choice)).toMatchObject({ previous, next })
})

test.each(['', '8d', '2026-11-01', '2026-11-01..', '2026-11-01...2026-11-02', 'today..today'])(
  '%j names no range',
  (text) => {
    expect(readRange(text)).toBeNull()
  },
)

test.each(['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Pacific/Chatham'])(
  'days in %s begin on a slot',
  (zone) => {
    expect(rangeIn(zone, { kind: '30d' }).edgesMs.filter((at) => at % SLOT_MS !== 0)).toEqual([])
  },
)
