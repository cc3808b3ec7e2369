import type { Policy, Tier } from '../policy/policy.ts'
import { assert } from '../shared/assert.ts'
import type { UsageEventId } from '../shared/ids.ts'
import type { Effects, Needs, Snapshot } from '../waterfall/effects.ts'
import { replaceInState } from '../waterfall/replace.ts'
import { pickRows, rowsOf } from '../waterfall/rows.ts'
import type { CustomerState, SubjectState } from '../waterfall/state.ts'
import { captureHold } from './capture.ts'
import { giveBackHold } from './give-back.ts'
import type { Hold } from './hold.ts'

/** Due holds ended by one request; more are left to the schedule. */
const DUE_BOUND = 50

const NO_HOLDS: readonly Hold[] = []

export type Current =
  | { readonly kind: 'needs'; readonly needs: Needs }
  | {
      readonly kind: 'current'
      readonly state: CustomerState
      readonly rows: readonly SubjectState[]
      readonly ended: readonly Hold[]
      readonly openHolds: readonly Hold[]
    }

/**
 * The state as it is once the holds that ran out by now are given back, so that a request never waits for the schedule
 * that does it. Holds with reported usage are left to `expireHold`, which captures them.
 */
export function expireUnreported(
  snapshot: Snapshot,
  at: { readonly rows: readonly SubjectState[]; readonly tier: Tier | undefined; readonly atMs: number },
): Current {
  const { state, openHolds } = snapshot
  const { rows, tier, atMs } = at
  if (state.nextHoldExpiryMs === null || state.nextHoldExpiryMs > atMs)
    return { kind: 'current', state, rows, ended: NO_HOLDS, openHolds: openHolds ?? NO_HOLDS }
  if (openHolds === null) return { kind: 'needs', needs: { openHolds: true } }

  const due = openHolds.filter((hold) => hold.expiresAtMs <= atMs && hold.reported === null).slice(0, DUE_BOUND)
  const more = due
    .flatMap(rowsOf)
    .filter((name, i, all) => all.indexOf(name) === i && !rows.some((row) => row.subject === name))
  const missing = more.filter((name) => !snapshot.subjects.has(name))
  if (missing.length > 0) return { kind: 'needs', needs: { openHolds: true, subjects: missing } }

  let given: { state: CustomerState; rows: readonly SubjectState[] } = {
    state,
    rows: [...rows, ...more.map((name) => snapshot.subjects.get(name)!)],
  }
  for (const hold of due) given = giveBackHold(hold, { ...given, tier, atMs })
  const left = openHolds.filter((hold) => !due.includes(hold))
  const nextHoldExpiryMs = left.length > 0 ? left[0]!.expiresAtMs : given.state.nextHoldExpiryMs
  return {
    kind: 'current',
    state: replaceInState(given.state, { nextHoldExpiryMs }),
    rows: given.rows,
    ended: due.map((hold) => closed(hold, 'expired', atMs)),
    openHolds: left,
  }
}

export type ExpireResult =
  | { readonly kind: 'needs'; readonly needs: Needs }
  /** Gone, closed or extended meanwhile: nothing to do. */
  | { readonly kind: 'not_due' }
  | { readonly kind: 'expired'; readonly effects: Effects }

/** Ends one hold that ran out: captures the usage it last reported, returns the rest. */
export function expireHold(input: {
  snapshot: Snapshot
  hold: string
  policy: Policy
  atMs: number
  ids: { usageEvent: UsageEventId }
}): ExpireResult {
  const { snapshot, policy } = input
  const hold = snapshot.holds.get(input.hold)
  const atMs = Math.max(input.atMs, snapshot.state.atMs)
  if (hold === undefined || hold.status !== 'open' || hold.expiresAtMs > atMs) return { kind: 'not_due' }
  const named = pickRows(snapshot, hold)
  if (!named.ok) return { kind: 'needs', needs: { subjects: named.missing } }

  if (hold.reported !== null) {
    const captured = captureHold({ ...input, hold: hold.id, price: hold.reported, final: true, late: true })
    if (captured.kind === 'needs') return captured
    assert(captured.kind === 'captured', `an open hold with reported usage can be captured: ${captured.kind}`)
    return { kind: 'expired', effects: captured.effects }
  }
  const tier = policy.tiers.get(snapshot.state.profile.tier)
  const given = giveBackHold(hold, { state: snapshot.state, rows: named.rows, tier, atMs })
  const state = replaceInState(given.state, { version: snapshot.state.version + 1, atMs })
  return {
    kind: 'expired',
    effects: {
      state: withNextExpiry(state, snapshot, hold),
      subjects: given.rows.filter((row, i) => row !== named.rows[i]),
      holds: [closed(hold, 'expired', atMs)],
    },
  }
}

/** Raises the lower bound of the next expiry once it is known exactly. */
function withNextExpiry(state: CustomerState, snapshot: Snapshot, done: Hold): CustomerState {
  if (state.openHolds === 0 || snapshot.openHolds === null) return state
  const next = snapshot.openHolds.find((hold) => hold.id !== done.id)
  return next === undefined ? state : replaceInState(state, { nextHoldExpiryMs: next.expiresAtMs })
}

export const closed = (hold: Hold, status: 'captured' | 'released' | 'expired', atMs: number): Hold => ({
  ...hold,
  status,
  lines: [],
  closedAtMs: atMs,
})
