import { periodAt } from '../shared/calendar.ts'
import type { Situation } from './evaluate.ts'
import type { GrantState } from './state.ts'

const NONE: readonly GrantState[] = []

/**
 * What time alone gives: the grants that the tier's allowances bring for this request when the running period ends, each
 * effective from then on. One stands for all that follow it as well, so it has no end. What may roll over is not counted.
 */
export function nextAllowances({ request, policy, tier, state, atMs }: Situation): readonly GrantState[] {
  if (tier === undefined || tier.allowances.length === 0 || !policy.layers.includes('allowance')) return NONE
  const { anchorMs, timeZone } = state.profile
  const coming: GrantState[] = []
  for (const { amount, priority, features, period } of tier.allowances) {
    if (amount === 0n || (features !== null && !features.includes(request.feature))) continue
    const { endMs } = periodAt(period, { atMs, anchorMs, timeZone })
    coming.push({
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
    })
  }
  return coming
}

/** Only looked at, never drawn or shown. */
const NOT_GIVEN_YET = 'grt_00000000000000000000000000000000'
