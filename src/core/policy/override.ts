import type { CustomerProfile, Override } from '../waterfall/state.ts'

/**
 * The limit that a live override puts in place of the policy's, null when none does. Of several the one listed last
 * wins; one that has expired (`expiresAtMs <= atMs`) counts for nothing. Allocates nothing.
 */
export function overrideOf(profile: CustomerProfile, target: Override['target'], atMs: number): bigint | null {
  const { overrides } = profile
  for (let i = overrides.length - 1; i >= 0; i--) {
    const override = overrides[i] as Override
    if (override.target.id !== target.id || override.target.kind !== target.kind) continue
    if (override.expiresAtMs === null || override.expiresAtMs > atMs) return override.limit
  }
  return null
}

/** The limit in force: the policy's `limit` unless an override replaces it. Micro-credits, or a guard's units. */
export function limitOf(profile: CustomerProfile, target: Override['target'], limit: bigint, atMs: number): bigint {
  return profile.overrides.length === 0 ? limit : (overrideOf(profile, target, atMs) ?? limit)
}

/**
 * The overrides with one more in force: it is listed last, so it wins. Those of the same limit stay only while they
 * outlast it, to be in force again once it ends; what has expired goes.
 */
export function withOverride(overrides: readonly Override[], next: Override, atMs: number): readonly Override[] {
  const outlasts = ({ expiresAtMs }: Override): boolean =>
    next.expiresAtMs !== null && (expiresAtMs === null || expiresAtMs > next.expiresAtMs)
  const stays = (one: Override): boolean =>
    (one.expiresAtMs === null || one.expiresAtMs > atMs) &&
    (one.target.kind !== next.target.kind || one.target.id !== next.target.id || outlasts(one))
  return [...overrides.filter(stays), next]
}
