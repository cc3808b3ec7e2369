import { z } from 'zod'
import type { Price } from '../../../core/waterfall/request.ts'
import { amount, usage } from './values.ts'

/** Exactly one of the two. */
export const priceMembers = {
  usage: usage.optional(),
  cost: amount.optional().meta({ description: 'A cost decided elsewhere, instead of usage. Needs the scope `price`.' }),
}

interface PriceMembers {
  readonly usage?: Record<string, number> | undefined
  readonly cost?: string | undefined
}

/** `least`: `something` refuses a price of nothing, which only a settlement may have. */
export const onePrice =
  (least: 'something' | 'nothing') =>
  ({ value, issues }: z.core.ParsePayload<PriceMembers>): void => {
    const refuse = (path: string[], message: string) => issues.push({ code: 'custom', path, message, input: value })
    if ((value.usage === undefined) === (value.cost === undefined)) refuse([], 'give exactly one of `usage` and `cost`')
    if (least === 'nothing') return
    if (value.cost === '0') refuse(['cost'], 'must be above 0')
    if (value.usage !== undefined && Object.values(value.usage).every((units) => units === 0))
      refuse(['usage'], 'name at least one meter with at least 1 unit')
  }

export function priceOfMembers({ usage: units, cost }: PriceMembers): Price {
  return cost === undefined ? { kind: 'usage', usage: units ?? {} } : { kind: 'cost', cost: BigInt(cost) }
}
