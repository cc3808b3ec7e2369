import { modelOf, type PaidBy, paidBy, type UsageDimension, type UsageFilter, costUnder } from './dimensions.ts'
import type { UsageEvent } from '../settlement/events.ts'

/** A usage event with what the decision before it said; `reported` without one. */
export interface CountedEvent {
  readonly event: UsageEvent
  readonly outcome: string
}

/** Which bucket an instant is in; -1: none of them. */
export function bucketOf(edgesMs: readonly number[], atMs: number): number {
  let [low, high] = [0, edgesMs.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((edgesMs[middle] as number) <= atMs) low = middle + 1
    else high = middle
  }
  return low >= edgesMs.length ? -1 : low - 1
}

/** What of an event falls under a filter; null: nothing, it is left out. */
export function underFilter({ event, outcome }: CountedEvent, filter: UsageFilter): bigint | null {
  const { feature, subject, task, model, layer } = filter
  const left =
    (feature !== undefined && event.feature !== feature) ||
    (subject !== undefined && (event.subject ?? '') !== subject) ||
    (task !== undefined && (event.task ?? '') !== task) ||
    (model !== undefined && modelOf(event) !== model) ||
    (filter.outcome !== undefined && outcome !== filter.outcome)
  if (left) return null
  return layer === undefined ? event.cost : costUnder(event, layer)
}

/** The values of an event in a dimension with what falls under each: one, but for layers. */
export function valuesOf(
  counted: CountedEvent,
  by: UsageDimension | null,
  filter: UsageFilter,
): readonly (readonly [value: string, cost: bigint])[] {
  const cost = underFilter(counted, filter)
  if (cost === null) return []
  const { event, outcome } = counted
  if (by === null) return [['', cost]]
  if (by === 'layer') return layersOf(event, filter.layer)
  const value =
    by === 'outcome' ? outcome : by === 'model' ? modelOf(event) : by === 'feature' ? event.feature : (event[by] ?? '')
  return [[value, cost]]
}

function layersOf(event: UsageEvent, only: string | undefined): readonly (readonly [string, bigint])[] {
  if (event.lines.length === 0) return only === undefined || only === '' ? [['', event.cost]] : []
  const amounts = amountsOf(event)
  return [...amounts].filter(([layer]) => only === undefined || layer === only)
}

/** How an event was paid. */
export function amountsOf(event: UsageEvent): ReadonlyMap<PaidBy, bigint> {
  const amounts = new Map<PaidBy, bigint>()
  for (const line of event.lines) amounts.set(paidBy(line), (amounts.get(paidBy(line)) ?? 0n) + line.amount)
  return amounts
}

/** Sums under keys of several parts. */
export class Sums<Parts extends readonly (string | number | null)[]> {
  private readonly byKey = new Map<string, { parts: Parts; events: bigint; cost: bigint }>()

  add(parts: Parts, events: bigint, cost: bigint): void {
    const key = JSON.stringify(parts)
    const known = this.byKey.get(key)
    if (known === undefined) this.byKey.set(key, { parts, events, cost })
    else {
      known.events += events
      known.cost += cost
    }
  }

  entries(): { readonly parts: Parts; readonly events: bigint; readonly cost: bigint }[] {
    return [...this.byKey.values()]
  }
}
