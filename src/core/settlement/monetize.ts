import type { Policy } from '../policy/policy.ts'
import { priceOf } from '../pricing/cost.ts'
import type { MonetizationEvent, MonetizationLine, UsageEvent, UsageLine } from './events.ts'

export type MonetizeResult =
  | { readonly ok: true; readonly event: MonetizationEvent }
  | { readonly ok: false; readonly reason: string }

/**
 * Prices one usage event at the policy version that it cites. Lines repeat the usage event's; an absorbed line is
 * followed by its automatic refund.
 *
 * The gate has already taken what the lines say, so nothing is decided here: an event whose cost is not what the rate
 * card gives, or whose lines do not add up to it, is refused instead of charged differently from what was answered.
 */
export function monetize(
  usage: UsageEvent,
  policy: Policy,
  made: { readonly id: string; readonly settledAtMs: number },
): MonetizeResult {
  if (policy.version !== usage.policyVersion)
    return { ok: false, reason: `policy ${policy.version} is not the one cited` }
  const priced = priceOf(policy, usage.feature, usage.price, usage.attributes)
  if (!priced.ok) return { ok: false, reason: `${priced.reason} in policy ${policy.version}` }
  if (usage.cost !== priced.cost)
    return { ok: false, reason: `cost ${usage.cost} is not the rate card's ${priced.cost}` }
  if (usage.lines.some((line) => line.amount <= 0n)) return { ok: false, reason: 'a line is not above zero' }
  const charged = usage.lines.reduce((sum, line) => sum + line.amount, 0n)
  if (charged !== usage.cost) return { ok: false, reason: `lines of ${charged} are not the cost ${usage.cost}` }

  return {
    ok: true,
    event: {
      id: made.id,
      customer: usage.customer,
      usageEvent: usage.id,
      version: usage.version,
      feature: usage.feature,
      policyVersion: usage.policyVersion,
      cost: usage.cost,
      lines: usage.lines.flatMap(withRefund),
      arithmetic: priced.arithmetic,
      effectiveAtMs: usage.effectiveAtMs,
      settledAtMs: made.settledAtMs,
    },
  }
}

function withRefund(line: UsageLine): readonly MonetizationLine[] {
  return line.kind === 'absorbed' ? [line, { kind: 'refund', amount: line.amount, why: 'absorbed' }] : [line]
}
