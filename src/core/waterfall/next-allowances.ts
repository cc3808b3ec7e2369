import type { Allowance, Policy } from '../policy/policy.ts'
import { periodAt } from '../shared/calendar.ts'
import type { Decision } from './decision.ts'
import type { Situation } from './evaluate.ts'
import type { CustomerState, GrantState } from './state.ts'

/** The schedule gives allowances one after the other: to the last of a crowd whose period began at once it takes a while. */
const LATE_MS = 3_600_000

/**
 * What time alone gives: the grants that the tier's allowances bring for this request when the running period ends, each
 * effective from then on. One stands for all that follow it as well, so it has no end. What may roll over is not counted.
 */
export function nextAllowances({ request, policy, tier, state, atMs }: Situation): readonly GrantState[] {
  const { anchorMs, timeZone } = state.profile
  return allowancesFor(policy, tier?.id, request.feature).map(({ amount, priority, features, period }) => {
    const { endMs } = periodAt(period, { atMs, anchorMs, timeZone })
    return {
      id: NOT_GIVEN_YET,
      kind: 'allowance',
      priority,
      amount,
      available: amount,
      held: 0n,
      effectiveAtMs: endMs,
      expiresAtMs: null,
      createdAtMs: endMs,
      features,
    }
  })
}

/**
 * When the latest period began whose allowance, had it come already, might have changed this decision: one that was
 * denied or allowed in part for want of value, or that draws from a layer behind. Null: there is none, or it has come for
 * certain.
 */
export function mayLackAllowance(
  decision: Decision,
  { feature, state, policy }: { feature: string; state: CustomerState; policy: Policy },
): number | null {
  const { tier, anchorMs, timeZone } = state.profile
  const { atMs } = decision
  let latest: number | null = null
  for (const { period } of needsMore(decision, policy) ? allowancesFor(policy, tier, feature) : NONE) {
    const { startMs } = periodAt(period, { atMs, anchorMs, timeZone })
    if (atMs - startMs < LATE_MS && startMs > (latest ?? -Infinity)) latest = startMs
  }
  return latest
}

function needsMore({ outcome, denial, funding }: Decision, { layers }: Policy): boolean {
  if (denial?.layer === 'gate' || denial?.layer === 'guard') return false
  const place = layers.indexOf('allowance')
  return outcome !== 'allowed' || funding.some((line) => layers.indexOf(line.layer) > place)
}

const NONE: readonly Allowance[] = []

/** Those of the tier that could pay for the feature. */
function allowancesFor({ tiers, layers }: Policy, tier: string | undefined, feature: string): readonly Allowance[] {
  const all = tier === undefined ? NONE : (tiers.get(tier)?.allowances ?? NONE)
  if (all.length === 0 || !layers.includes('allowance')) return NONE
  return all.filter(({ amount, features }) => amount > 0n && (features === null || features.includes(feature)))
}

/** Only looked at, never drawn or shown. */
const NOT_GIVEN_YET = 'grt_00000000000000000000000000000000'
