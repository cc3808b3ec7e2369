import { DAY_MS, zoneClock } from '../../core/shared/zone-clock.ts'
import { SLOT_MS } from '../../core/usage/segments.ts'

/** Days of the customer's zone, both included, as `2026-11-20`. */
export type RangeChoice =
  | { readonly kind: 'today' | '7d' | '30d' }
  | { readonly kind: 'custom'; readonly from: string; readonly to: string }

export interface UsageRangeView {
  readonly fromMs: number
  /** The end of the slot that `now` is in, when the range reaches today. */
  readonly toMs: number
  /** The same days as many days earlier, cut at the same time of day. */
  readonly beforeFromMs: number
  readonly beforeToMs: number
  /** Starts of what is drawn as one bar, and the end of the last. */
  readonly edgesMs: readonly number[]
  readonly beforeEdgesMs: readonly number[]
  readonly step: 'hour' | 'day'
  /** First and last day, as `2026-11-20`. */
  readonly days: readonly [first: string, last: string]
  /** The ranges of as many days around it, as `readRange` reads them; null: it has not begun yet. */
  readonly previous: string | null
  readonly next: string | null
}

const HOUR_MS = 3_600_000
/** Days of one range; with the period before it, twice as many are read. */
const MOST_DAYS = 92
const MOST_HOURLY_DAYS = 2

const PRESETS = { today: 1, '7d': 7, '30d': 30 } as const
const PRESET_NAMES = ['today', '7d', '30d'] as const
const CUSTOM = /^(.{10})\.\.(.{10})$/

/** `7d`, or days as `2026-11-01..2026-11-20`; null for what is neither. */
export function readRange(text: string): RangeChoice | null {
  const kind = PRESET_NAMES.find((name) => name === text)
  if (kind !== undefined) return { kind }
  const [, from, to] = CUSTOM.exec(text) ?? []
  return from === undefined || to === undefined ? null : { kind: 'custom', from, to }
}

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/

/** Days since 1970; null for what is no day. */
function dayNumber(text: string): number | null {
  if (!DAY.test(text)) return null
  const atMs = Date.parse(`${text}T00:00:00Z`)
  return Number.isNaN(atMs) || new Date(atMs).toISOString().slice(0, 10) !== text ? null : atMs / DAY_MS
}

/** Null: no such days, the last before the first, or too many. Days to come are left away. */
export function rangeOf(choice: RangeChoice, zone: string, nowMs: number): UsageRangeView | null {
  const clock = zoneClock(zone)
  const today = Math.floor(clock.wallAt(nowMs) / DAY_MS)
  const days = daysOf(choice, today)
  if (days === null) return null
  const count = days.last - days.first + 1
  const reached = nowMs - (nowMs % SLOT_MS) + SLOT_MS
  const end = days.last === today ? Math.min(reached, clock.startOfDay(today + 1)) : clock.startOfDay(days.last + 1)
  // The wall clock of the end, so many days earlier: also when the clocks were changed in between.
  const sameTime = clock.instantOf(clock.wallAt(end) - count * DAY_MS)
  const before = { fromMs: clock.startOfDay(days.first - count), toMs: sameTime }
  const step = count <= MOST_HOURLY_DAYS ? 'hour' : 'day'
  const edges = (fromMs: number, toMs: number, first: number) =>
    step === 'hour'
      ? stepped(fromMs, toMs)
      : [...Array.from({ length: count }, (_, day) => clock.startOfDay(first + day)).filter((at) => at < toMs), toMs]
  const fromMs = clock.startOfDay(days.first)
  return {
    fromMs,
    toMs: end,
    beforeFromMs: before.fromMs,
    beforeToMs: before.toMs,
    edgesMs: edges(fromMs, end, days.first),
    beforeEdgesMs: edges(before.fromMs, before.toMs, days.first - count),
    step,
    days: [dayText(days.first), dayText(days.last)],
    previous: rangeText({ first: days.first - count, last: days.last - count }, today),
    next: days.last === today ? null : rangeText({ first: days.first + count, last: days.last + count }, today),
  }
}

interface Days {
  readonly first: number
  readonly last: number
}

const dayText = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10)

/** Of days that reach into the future, those that do not; under the name of a preset where it is one. */
function rangeText({ first, last }: Days, today: number): string | null {
  const end = Math.min(last, today)
  if (first > end) return null
  const preset = end === today ? PRESET_NAMES.find((name) => PRESETS[name] === end - first + 1) : undefined
  return preset ?? `${dayText(first)}..${dayText(end)}`
}

function stepped(fromMs: number, toMs: number): number[] {
  const edges: number[] = []
  for (let at = fromMs; at < toMs; at += HOUR_MS) edges.push(at)
  return [...edges, toMs]
}

function daysOf(choice: RangeChoice, today: number): Days | null {
  if (choice.kind !== 'custom') return { first: today - PRESETS[choice.kind] + 1, last: today }
  const [first, to] = [dayNumber(choice.from), dayNumber(choice.to)]
  if (first === null || to === null) return null
  const last = Math.min(to, today)
  return last < first || last - first >= MOST_DAYS ? null : { first, last }
}
