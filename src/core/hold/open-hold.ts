import type { HoldId } from '../shared/ids.ts'
import type { Needs, Snapshot } from '../waterfall/effects.ts'
import { pickRows } from '../waterfall/rows.ts'
import type { SubjectState } from '../waterfall/state.ts'
import type { Hold, HoldStatus } from './hold.ts'

/** Why an operation on a hold cannot go on: more must be loaded, there is no such hold, or it has ended. */
export type NotOpen =
  | { readonly kind: 'needs'; readonly needs: Needs }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'closed'; readonly status: Exclude<HoldStatus, 'open'>; readonly hold: Hold }

interface Open {
  readonly kind: 'open'
  readonly hold: Hold
  readonly rows: readonly SubjectState[]
  /** Never before anything that was already decided for the customer. */
  readonly atMs: number
}

/** The named hold with its subject rows, if it is open. One that ran out is closed, whether or not the schedule came by. */
export function openHold(snapshot: Snapshot, id: HoldId, at: { atMs: number; late: boolean }): Open | NotOpen {
  const hold = snapshot.holds.get(id)
  if (hold === undefined) return { kind: 'unknown' }
  const atMs = Math.max(at.atMs, snapshot.state.atMs)
  if (hold.status !== 'open') return { kind: 'closed', status: hold.status, hold }
  if (hold.expiresAtMs <= atMs && !at.late) return { kind: 'closed', status: 'expired', hold }
  const named = pickRows(snapshot, hold)
  return named.ok
    ? { kind: 'open', hold, rows: named.rows, atMs }
    : { kind: 'needs', needs: { subjects: named.missing } }
}
