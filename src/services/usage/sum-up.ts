import { type ChangeSplit, splitChange } from '../../core/usage/split-change.ts'
import { DENIED, type UsageDimension, type UsageFilter } from '../../core/usage/dimensions.ts'
import type { MicroCredits } from '../../core/shared/amount.ts'
import type { CustomerId } from '../../core/shared/ids.ts'
import type { KindSum, UsageSum } from '../../ports/usage-reader.ts'
import type { Engine } from '../engine.ts'
import { rangeOf, readRange, type UsageRangeView } from './range.ts'
import { valueTitle } from './value-title.ts'

/** Drawn on their own; all others are one more. */
export const SERIES = 8

export interface UsageAsked {
  readonly customer: CustomerId
  /** As `readRange` reads it. */
  readonly range: string
  readonly filter: UsageFilter
}

export interface Counted {
  readonly events: bigint
  readonly cost: MicroCredits
}

export interface UsageSeries extends Counted {
  /** Of the dimension grouped by; '': none; null: all that have no series of their own. */
  readonly value: string | null
  readonly title: string
  /** Null where it was not asked for, and of tasks. */
  readonly before: Counted | null
  /** One a bucket of the range. */
  readonly buckets: readonly Counted[]
}

export interface UsageView {
  readonly zone: string
  readonly range: UsageRangeView
  /** Highest cost first. An event paid by two layers is in the series of both. */
  readonly series: readonly UsageSeries[]
  readonly total: Counted
  /** The range before; null when it was not asked for. */
  readonly before: Counted | null
  readonly split: ChangeSplit | null
  /** Requests of the range that were denied and so used nothing; null where the filter is of something they do not have. */
  readonly denials: { readonly count: bigint; readonly cut: boolean } | null
  /** The latest usage is still being added to the sums. */
  readonly uncounted: boolean
}

/** Usage of a range by bucket and value, beside the range before it and why it changed; null: there are no such days. */
export async function sumUpUsage(
  engine: Pick<Engine, 'readers' | 'usage' | 'clock' | 'policies'>,
  asked: UsageAsked & { readonly by: UsageDimension; readonly compare: 'before' | 'nothing' },
): Promise<UsageView | null> {
  const { customer, filter, by } = asked
  const zone = (await engine.readers.customer(customer))?.state.profile.timeZone
  const choice = readRange(asked.range)
  const range = choice === null || zone === undefined ? null : rangeOf(choice, zone, engine.clock.nowMs())
  if (range === null || zone === undefined) return null

  const compared = asked.compare === 'before'
  // a task seldom goes on into another range, and there may be as many as events: they are read of one range only
  const earlier = compared && by !== 'task' ? range.beforeEdgesMs : []
  const periodEdgesMs = [...(compared ? [range.beforeFromMs, range.beforeToMs] : []), range.fromMs, range.toMs]
  const ofDenials = filter.task === undefined && filter.model === undefined && filter.layer === undefined
  const wanted = ofDenials && (filter.outcome === undefined || filter.outcome === DENIED)
  const [found, denials] = await Promise.all([
    engine.usage.sums({
      customer,
      zone,
      filter,
      by,
      most: SERIES,
      edgesMs: [...earlier, ...range.edgesMs],
      periodEdgesMs,
    }),
    wanted ? engine.usage.denials({ customer, filter, by: null, edgesMs: [range.fromMs, range.toMs] }) : null,
  ])

  // the bucket between both ranges is nobody's
  const skipped = earlier.length
  const policy = engine.policies.current()
  const [now, then] = [kindsOf(found.kinds, compared ? 2 : 0), compared ? kindsOf(found.kinds, 0) : null]
  return {
    zone,
    range,
    series: seriesOf(found.sums, { skipped, buckets: range.edgesMs.length - 1 }).map((one) => ({
      ...one,
      title: valueTitle(by, one.value, policy),
    })),
    total: sumOf([...now.values()]),
    before: then === null ? null : sumOf([...then.values()]),
    split: then === null ? null : splitOf(then, now),
    denials:
      denials === null ? null : { count: denials.sums.reduce((sum, one) => sum + one.denials, 0n), cut: denials.cut },
    uncounted: found.uncounted,
  }
}

const NONE: Counted = { events: 0n, cost: 0n }

const sumOf = (all: readonly Counted[]): Counted =>
  all.reduce((sum, { events, cost }) => ({ events: sum.events + events, cost: sum.cost + cost }), NONE)

function seriesOf(
  sums: readonly UsageSum[],
  { skipped, buckets }: { skipped: number; buckets: number },
): Omit<UsageSeries, 'title'>[] {
  const byValue = new Map<string | null, UsageSum[]>()
  for (const sum of sums) byValue.set(sum.value, [...(byValue.get(sum.value) ?? []), sum])
  const series = [...byValue].map(([value, own]) => {
    const cells = Array.from({ length: buckets }, (_, at) => sumOf(own.filter(({ bucket }) => bucket === skipped + at)))
    const before = skipped > 0 ? sumOf(own.filter(({ bucket }) => bucket < skipped - 1)) : null
    return { value, ...sumOf(cells), before, buckets: cells }
  })
  const shown = series.filter(({ events, before }) => events > 0n || (before?.events ?? 0n) > 0n)
  return shown.toSorted(
    (a, b) =>
      Number(a.value === null) - Number(b.value === null) ||
      Number(b.cost > a.cost) - Number(b.cost < a.cost) ||
      Number(b.events > a.events) - Number(b.events < a.events) ||
      ((a.value ?? '') < (b.value ?? '') ? -1 : 1),
  )
}

const kindsOf = (kinds: readonly KindSum[], period: number): ReadonlyMap<string, Counted> =>
  new Map(
    kinds
      .filter(({ bucket }) => bucket === period)
      .map(({ feature, model, events, cost }) => [JSON.stringify([feature, model]), { events, cost }]),
  )

function splitOf(then: ReadonlyMap<string, Counted>, now: ReadonlyMap<string, Counted>): ChangeSplit {
  const kinds = [...new Set([...then.keys(), ...now.keys()])]
  return splitChange(kinds.map((kind) => ({ before: then.get(kind) ?? NONE, now: now.get(kind) ?? NONE })))
}
