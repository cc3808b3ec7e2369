import type { Policy } from '../policy/policy.ts'
import type { MicroCredits } from '../shared/amount.ts'
import type { HoldId } from '../shared/ids.ts'
import type { Effects, Snapshot } from '../waterfall/effects.ts'
import { replaceInState } from '../waterfall/replace.ts'
import { changedRows } from '../waterfall/rows.ts'
import { closed } from './expire.ts'
import { giveBackHold } from './give-back.ts'
import type { Hold } from './hold.ts'
import { type NotOpen, openHold } from './open-hold.ts'

export type ReleaseResult =
  | NotOpen
  | { readonly kind: 'released'; readonly effects: Effects; readonly hold: Hold; readonly released: MicroCredits }

/** Gives a hold back whole: nothing was used. */
export function releaseHold(input: {
  readonly snapshot: Snapshot
  readonly hold: HoldId
  readonly policy: Policy
  readonly atMs: number
}): ReleaseResult {
  const { snapshot, policy } = input
  const open = openHold(snapshot, input.hold, { atMs: input.atMs, late: false })
  if (open.kind !== 'open') return open
  const { hold, rows, atMs } = open

  const tier = policy.tiers.get(snapshot.state.profile.tier)
  const given = giveBackHold(hold, { state: snapshot.state, rows, tier, atMs })
  const next = closed(hold, 'released', atMs)
  const state = replaceInState(given.state, { version: snapshot.state.version + 1, atMs })
  const subjects = changedRows(given.rows, snapshot)
  return {
    kind: 'released',
    effects: { state, subjects, holds: [next] },
    hold: next,
    released: hold.lines.reduce((sum, line) => sum + line.amount, 0n),
  }
}
