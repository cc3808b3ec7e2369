import type { MicroCredits } from '../shared/amount.ts'

/** Usage of one kind (a feature with a model) in two periods. */
export interface KindOfUsage {
  readonly before: { readonly events: bigint; readonly cost: MicroCredits }
  readonly now: { readonly events: bigint; readonly cost: MicroCredits }
}

/** Why cost changed. The three parts sum to `change` exactly. */
export interface ChangeSplit {
  readonly change: bigint
  /** More or fewer events, at the average cost of before. */
  readonly volume: bigint
  /** Another share of dearer or cheaper kinds, each at its cost of before. */
  readonly mix: bigint
  /** Another cost an event within the same kind; a kind that is new was never dearer or cheaper. */
  readonly price: bigint
}

export function splitChange(kinds: readonly KindOfUsage[]): ChangeSplit {
  let [events, cost, eventsNow, costNow, price] = [0n, 0n, 0n, 0n, 0n]
  for (const { before, now } of kinds) {
    events += before.events
    cost += before.cost
    eventsNow += now.events
    costNow += now.cost
    if (before.events > 0n && now.events > 0n) price += now.cost - rounded(before.cost * now.events, before.events)
  }
  const change = costNow - cost
  // Without anything before, all of it is volume: there is no average to measure the rest by.
  if (events === 0n || eventsNow === 0n) return { change, volume: change, mix: 0n, price: 0n }
  const volume = rounded(cost * eventsNow, events) - cost
  return { change, volume, mix: change - volume - price, price }
}

/** To the nearest whole, of amounts that are never below zero. */
const rounded = (value: bigint, by: bigint): bigint => (2n * value + by) / (2n * by)
