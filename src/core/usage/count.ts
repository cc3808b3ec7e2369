import { modelOf, type UsageDimension, type UsageFilter } from './dimensions.ts'
import { bucketOf, type CountedEvent, Sums, underFilter, valuesOf } from './tally.ts'

export interface CountQuery {
  readonly edgesMs: readonly number[]
  readonly periodEdgesMs: readonly number[]
  readonly by: UsageDimension | null
  readonly filter: UsageFilter
}

/** Counts events one by one into sums by bucket and value, and by period and kind: what a rollup must agree with. */
export class UsageCount {
  readonly sums = new Sums<readonly [bucket: number, value: string]>()
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

  result() {
    return {
      sums: this.sums.entries().map(({ parts: [bucket, value], events, cost }) => ({ bucket, value, events, cost })),
      kinds: this.kinds
        .entries()
        .map(({ parts: [bucket, feature, model], events, cost }) => ({ bucket, feature, model, events, cost })),
    }
  }
}
