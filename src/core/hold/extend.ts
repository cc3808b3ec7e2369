import type { HoldId } from '../shared/ids.ts'
import type { Effects, Snapshot } from '../waterfall/effects.ts'
import type { Price } from '../waterfall/request.ts'
import { copyOf, replaceInRow, replaceInState } from '../waterfall/replace.ts'
import { changedRows, subjectRow } from '../waterfall/rows.ts'
import type { GuardState } from '../waterfall/state.ts'
import { moveSlot } from '../window/guard.ts'
import type { Hold } from './hold.ts'
import { type NotOpen, openHold } from './open-hold.ts'

export type ExtendResult = NotOpen | { readonly kind: 'extended'; readonly effects: Effects; readonly hold: Hold }

interface Input {
  readonly snapshot: Snapshot
  readonly hold: HoldId
  readonly atMs: number
}

/** Heartbeat: keeps a hold open for `ttlMs` from now, never past its latest expiry and never shorter than before. */
export function extendHold(input: Input & { readonly ttlMs: number }): ExtendResult {
  return change(input, (hold, atMs) => ({
    ...hold,
    expiresAtMs: Math.max(hold.expiresAtMs, Math.min(atMs + input.ttlMs, hold.latestExpiryMs)),
  }))
}

/** Running usage of a stream: if its caller never comes back, expiry captures this much. */
export function reportUsage(input: Input & { readonly price: Price }): ExtendResult {
  return change(input, (hold) => ({ ...hold, reported: input.price }))
}

function change({ snapshot, ...input }: Input, next: (hold: Hold, atMs: number) => Hold): ExtendResult {
  const open = openHold(snapshot, input.hold, { atMs: input.atMs, late: false })
  if (open.kind !== 'open') return open
  const { hold, atMs } = open

  const changed = next(hold, atMs)
  const moved = (
    guards: Readonly<Record<string, GuardState>>,
    keys: readonly string[],
  ): Readonly<Record<string, GuardState>> => {
    if (keys.length === 0 || changed.expiresAtMs === hold.expiresAtMs) return guards
    const result = copyOf(guards)
    for (const key of keys) {
      const slot = moveSlot(result[key], hold.id, changed.expiresAtMs)
      if (slot !== undefined) result[key] = slot
    }
    return result
  }
  const name = hold.subject === null ? null : subjectRow(hold.subject)
  const rows = open.rows.map((row) => {
    if (row.subject !== name) return row
    const guards = moved(row.guards, hold.slots.subject)
    return guards === row.guards ? row : replaceInRow(row, { guards })
  })
  const state = replaceInState(snapshot.state, {
    version: snapshot.state.version + 1,
    atMs,
    guards: moved(snapshot.state.guards, hold.slots.customer),
  })
  const subjects = changedRows(rows, snapshot)
  return { kind: 'extended', effects: { state, subjects, holds: [changed] }, hold: changed }
}
