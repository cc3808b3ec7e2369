import type { MicroCredits } from '../shared/amount.ts'
import type { Hold } from '../hold/hold.ts'
import type { LedgerGrant, UsageEvent } from '../settlement/events.ts'
import type { GrantState } from '../waterfall/state.ts'

/** Where all the value of a grant is. `granted` is the sum of the other six, at every instant. */
export interface Parts {
  readonly granted: MicroCredits
  readonly spent: MicroCredits
  readonly held: MicroCredits
  readonly pending: MicroCredits
  readonly available: MicroCredits
  readonly expired: MicroCredits
  readonly revoked: MicroCredits
}

const NOTHING: Parts = { granted: 0n, spent: 0n, held: 0n, pending: 0n, available: 0n, expired: 0n, revoked: 0n }

/** Amounts per grant that open holds have taken. */
export function heldByGrant(openHolds: readonly Pick<Hold, 'lines'>[]): Map<string, MicroCredits> {
  const held = new Map<string, MicroCredits>()
  for (const hold of openHolds) {
    for (const line of hold.lines) {
      if (line.layer !== 'included') held.set(line.source, (held.get(line.source) ?? 0n) + line.amount)
    }
  }
  return held
}

/** Amounts per grant that usage took and no monetization event has charged yet. */
export function pendingByGrant(unsettled: readonly Pick<UsageEvent, 'lines'>[]): Map<string, MicroCredits> {
  const pending = new Map<string, MicroCredits>()
  for (const event of unsettled) {
    for (const line of event.lines) {
      if (line.kind === 'grant') pending.set(line.source, (pending.get(line.source) ?? 0n) + line.amount)
    }
  }
  return pending
}

/** The parts of one grant. `state` is undefined once nothing of it is available or held. */
export function partsOf(grant: LedgerGrant, state: GrantState | undefined, pending: MicroCredits): Parts {
  return {
    granted: grant.amount,
    spent: grant.spent,
    held: state?.held ?? 0n,
    pending,
    available: state?.available ?? 0n,
    expired: grant.expired,
    revoked: grant.revoked,
  }
}

export function sumParts(all: Iterable<Parts>): Parts {
  let sum = NOTHING
  for (const parts of all) {
    sum = {
      granted: sum.granted + parts.granted,
      spent: sum.spent + parts.spent,
      held: sum.held + parts.held,
      pending: sum.pending + parts.pending,
      available: sum.available + parts.available,
      expired: sum.expired + parts.expired,
      revoked: sum.revoked + parts.revoked,
    }
  }
  return sum
}

/** What is missing (positive) or too much (negative) in the identity; 0 when it holds. */
export function unexplained(parts: Parts): bigint {
  const { granted, spent, held, pending, available, expired, revoked } = parts
  return granted - spent - held - pending - available - expired - revoked
}
