import type { Tier } from '../policy/policy.ts'
import type { GrantId } from '../shared/ids.ts'
import type { BankedReset, CustomerState, WindowState } from '../waterfall/state.ts'

/** A customer keeps no more than this many. */
export const BANKED_RESETS_BOUND = 50

export type BankResult =
  | { readonly kind: 'banked'; readonly state: CustomerState }
  | { readonly kind: 'unknown_window' }
  | { readonly kind: 'too_many' }

/** Grants the right to start a window anew; it is kept until `expiresAtMs`. Expired ones leave the state here. */
export function bankReset(input: {
  readonly state: CustomerState
  readonly tier: Tier | undefined
  readonly reset: BankedReset
  readonly atMs: number
}): BankResult {
  const { state, reset } = input
  if (!input.tier?.windows.some((window) => window.id === reset.window)) return { kind: 'unknown_window' }
  const kept = state.profile.resets.filter((other) => other.expiresAtMs > input.atMs && other.id !== reset.id)
  if (kept.length >= BANKED_RESETS_BOUND) return { kind: 'too_many' }
  return { kind: 'banked', state: changed(state, input.atMs, [...kept, reset], state.windows) }
}

export type RedeemResult =
  | { readonly kind: 'redeemed'; readonly state: CustomerState; readonly reset: BankedReset }
  /** Never granted, redeemed before, or expired. */
  | { readonly kind: 'unknown_reset' }
  /** The window has nothing counted: redeeming would waste the reset. */
  | { readonly kind: 'nothing_used' }

/**
 * Redeems a reset once: the window counts from zero again. It keeps its end, so no capacity is lost by it, and takes a
 * new start, so that units held since before are not given back to it. A first-use window starts with its next use.
 */
export function redeemReset(input: {
  readonly state: CustomerState
  readonly tier: Tier | undefined
  readonly reset: GrantId
  readonly atMs: number
}): RedeemResult {
  const { state, tier } = input
  const atMs = Math.max(input.atMs, state.atMs)
  const reset = state.profile.resets.find((banked) => banked.id === input.reset && banked.expiresAtMs > atMs)
  if (reset === undefined) return { kind: 'unknown_reset' }
  const counted = state.windows[reset.window]
  if (counted === undefined || isEmpty(counted, atMs)) return { kind: 'nothing_used' }

  const window = tier?.windows.find((candidate) => candidate.id === reset.window)
  const { [reset.window]: _, ...others } = state.windows
  const restarts = counted.kind === 'sliding' || (window?.kind === 'fixed' && window.period.kind === 'first_use')
  const windows = restarts ? others : { ...others, [reset.window]: { ...counted, startMs: atMs, used: 0n } }
  const resets = state.profile.resets.filter((banked) => banked.id !== reset.id)
  return { kind: 'redeemed', state: changed(state, atMs, resets, windows), reset }
}

function isEmpty(counted: WindowState, atMs: number): boolean {
  if (counted.kind === 'fixed') return counted.used === 0n || counted.endMs <= atMs
  return counted.counts.every((count) => count === 0n)
}

const changed = (
  state: CustomerState,
  atMs: number,
  resets: readonly BankedReset[],
  windows: CustomerState['windows'],
): CustomerState => ({
  ...state,
  version: state.version + 1,
  atMs: Math.max(atMs, state.atMs),
  windows,
  profile: { ...state.profile, resets },
})
