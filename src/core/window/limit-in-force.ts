import { scaleDown } from '../shared/rational.ts'

/** What replaces and scales a guard's limit for one request. */
interface Adjustment {
  readonly limitPermille: number
  readonly limitOverride: bigint | null
}

/** The override's limit, else the policy's; as a whole number up to 2^53 - 1. */
export function overriddenLimit(limit: number, { limitOverride }: Adjustment): number {
  if (limitOverride === null) return limit
  const bounded = limitOverride < 0n ? 0n : limitOverride
  return bounded > SAFE ? Number.MAX_SAFE_INTEGER : Number(bounded)
}

/** A limit under the adaptive factor. Adaptation never closes a guard: 1 stays, unless an override set 0. */
export function limitInForce(limit: number, adjustment: Adjustment): number {
  const base = overriddenLimit(limit, adjustment)
  if (adjustment.limitPermille >= 1000 || base === 0) return base
  return Math.max(1, scaleDown({ value: base, multiplier: Math.max(1, adjustment.limitPermille), divisor: 1000 }))
}

const SAFE = BigInt(Number.MAX_SAFE_INTEGER)
