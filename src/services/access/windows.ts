import type { IncludedWindow, Period, Tier } from '../../core/policy/policy.ts'
import type { MicroCredits } from '../../core/shared/amount.ts'
import { standingOf } from '../../core/waterfall/draw.ts'
import type { CustomerState } from '../../core/waterfall/state.ts'

/** One included window as the gate sees it at an instant, with what a person wants to know of it. */
export interface WindowCard {
  readonly id: string
  readonly title: string
  readonly kind: 'fixed' | 'sliding'
  /** Fixed: what its periods follow. Sliding: null. */
  readonly period: Period | null
  readonly lengthMs: number | null
  readonly features: readonly string[] | null
  readonly limit: MicroCredits
  /** The tier's own limit, when an override replaces it. */
  readonly overridden: {
    readonly tierLimit: MicroCredits
    readonly reason: string
    readonly expiresAtMs: number | null
  } | null
  readonly used: MicroCredits
  readonly remaining: MicroCredits
  /** used / limit in permille, 0 to 1000, rounded down. */
  readonly usedPermille: number
  readonly startMs: number | null
  readonly resetsAtMs: number | null
  readonly pace: Pace
}

/** An estimate: what happens if use goes on as in this period so far. */
export type Pace =
  | { readonly kind: 'idle' }
  | { readonly kind: 'empty' }
  /** Lasts until the reset. */
  | { readonly kind: 'lasts' }
  | { readonly kind: 'runs_out'; readonly atMs: number }

/** Shorter samples say nothing about a pace. */
const LEAST_SAMPLE_MS = 60_000

/** Every included window of the tier, in the policy's order. */
export function windowCards(tier: Tier, state: CustomerState, atMs: number): readonly WindowCard[] {
  return tier.windows.map((window) => windowCard(window, state, atMs))
}

function windowCard(window: IncludedWindow, state: CustomerState, atMs: number): WindowCard {
  const seen = standingOf(window, state, atMs)
  const override =
    seen.limit === window.limit
      ? undefined
      : state.profile.overrides.find((one) => one.target.kind === 'window' && one.target.id === window.id)
  return {
    id: window.id,
    title: window.title,
    kind: window.kind,
    period: window.kind === 'fixed' ? window.period : null,
    lengthMs: window.kind === 'sliding' ? window.lengthMs : 'lengthMs' in window.period ? window.period.lengthMs : null,
    features: window.features,
    limit: seen.limit,
    overridden: override
      ? { tierLimit: window.limit, reason: override.reason, expiresAtMs: override.expiresAtMs }
      : null,
    used: seen.used,
    remaining: seen.remaining,
    usedPermille: permille(seen.used, seen.limit),
    startMs: seen.startMs,
    resetsAtMs: seen.resetsAtMs,
    pace: paceOf({ ...seen, atMs, sliding: window.kind === 'sliding' }),
  }
}

/** Average use since the period began, carried on: remaining x elapsed / used. Sliding windows give back as they go, so none is made. */
export function paceOf(seen: {
  used: MicroCredits
  remaining: MicroCredits
  startMs: number | null
  resetsAtMs: number | null
  atMs: number
  sliding: boolean
}): Pace {
  if (seen.remaining === 0n) return { kind: 'empty' }
  if (seen.used === 0n || seen.startMs === null || seen.sliding) return { kind: 'idle' }
  const elapsedMs = seen.atMs - seen.startMs
  if (elapsedMs < LEAST_SAMPLE_MS) return { kind: 'idle' }
  const atMs = seen.atMs + Number((seen.remaining * BigInt(elapsedMs)) / seen.used)
  return seen.resetsAtMs !== null && atMs >= seen.resetsAtMs ? { kind: 'lasts' } : { kind: 'runs_out', atMs }
}

function permille(used: MicroCredits, limit: MicroCredits): number {
  if (used >= limit) return 1000
  return Number((used * 1000n) / limit)
}
