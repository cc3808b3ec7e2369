import { modelOf, type UsageDimension, type UsageFilter } from './dimensions.ts'
import { bucketOf, type CountedEvent, Sums, underFilter, valuesOf } from './tally.ts'

export interface CountQuery {
  readonly edgesMs: readonly number[]
  readonly periodEdgesMs: readonly number[]
  readonly by: UsageDimension | null
  readonly filter: UsageFilter
  /** Values counted on their own, the largest ones; the others are counted together. */
  readonly most: number
}

/** Counts events one by one into sums by bucket and value, and by period and kind: what a rollup must agree with. */
export class UsageCount {
  readonly sums = new Sums<readonly [bucket: number, value: string | null]>()
  readonly kinds = new Sums<readonly [bucket: number, feature: string, model: string]>()
  private readonly query: CountQuery

  constructor(query: CountQuery) {
    this.query = query
  }

  add(counted: CountedEvent): void {
    const { edgesMs, periodEdgesMs, by, filter } = this.query
    const { event } = counted
    const bucket = bucketOf(edgesMs, event.effectiveAtMs)
    if (bucket >= 0) for (const [value, cost] of valuesOf(counted, by, filter)) this.sums.add([bucket, value], 1n, cost)
    const period = bucketOf(periodEdgesMs, event.effectiveAtMs)
    const cost = underFilter(counted, filter)
    if (period >= 0 && cost !== null) this.kinds.add([period, event.feature, modelOf(event)], 1n, cost)
  }

  /** Those that were counted on their own so far. */
  values(): string[] {
    return [...new Set(this.sums.entries().flatMap(({ parts: [, value] }) => (value === null ? [] : [value])))]
  }

  result() {
    return {
      sums: this.largest(),
      kinds: this.kinds
        .entries()
        .map(({ parts: [bucket, feature, model], events, cost }) => ({ bucket, feature, model, events, cost })),
    }
  }

  /** By cost, then by events, then by name. */
  private largest() {
    const all = new Sums<readonly [value: string]>()
    for (const { parts, events, cost } of this.sums.entries()) if (parts[1] !== null) all.add([parts[1]], events, cost)
    const ranked = all
      .entries()
      .toSorted((a, b) => sign(b.cost - a.cost) || sign(b.events - a.events) || (a.parts[0] < b.parts[0] ? -1 : 1))
    const kept = new Set(ranked.slice(0, this.query.most).map(({ parts }) => parts[0]))
    const sums = new Sums<readonly [bucket: number, value: string | null]>()
    for (const { parts, events, cost } of this.sums.entries()) {
      const [bucket, value] = parts
      sums.add([bucket, value !== null && kept.has(value) ? value : null], events, cost)
    }
    return sums.entries().map(({ parts: [bucket, value], events, cost }) => ({ bucket, value, events, cost }))
  }
}

const sign = (difference: bigint): number => (difference > 0n ? 1 : difference < 0n ? -1 : 0)
