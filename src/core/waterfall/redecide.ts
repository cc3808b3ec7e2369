import type { Policy } from '../policy/policy.ts'
import { assert } from '../shared/assert.ts'
import type { MicroCredits } from '../shared/amount.ts'
import type { Decision } from './decision.ts'
import { decide } from './decide.ts'
import type { Effects, Seen, Snapshot } from './effects.ts'
import type { AccessRequest } from './request.ts'
import type { CustomerState, Factors, GrantState } from './state.ts'

/** What is kept of a decision. */
export interface Kept {
  readonly decision: Decision
  readonly request: AccessRequest
  readonly factors: Factors
  readonly seen: Seen
}

/** Makes a stored decision again from its stored inputs: equal to it in every member, or something is wrong. */
export function redecide(kept: Kept, policy: Policy): Decision {
  return remake(kept, policy, kept.seen.state).decision
}

/** What the customer's state became by this decision: the seen one when it was denied. */
export function stateAfter(kept: Kept, policy: Policy): CustomerState {
  return remake(kept, policy, kept.seen.state).effects.state ?? kept.seen.state
}

export interface Counterfactual {
  /** Another policy version; null: the one it was made under. */
  readonly policy: Policy | null
  /** That many more bought credits, and consent to draw them. */
  readonly moreCredits: MicroCredits
}

/** The same request on the same state, had one thing been otherwise. */
export function counterfactual(kept: Kept, policy: Policy, otherwise: Counterfactual): Decision {
  const { state } = kept.seen
  const changed: CustomerState =
    otherwise.moreCredits === 0n
      ? state
      : {
          ...state,
          profile: { ...state.profile, consent: 'on' },
          grants: [...state.grants, imagined(otherwise.moreCredits, kept.decision.atMs)],
        }
  return remake(kept, otherwise.policy ?? policy, changed).decision
}

const imagined = (amount: MicroCredits, atMs: number): GrantState => ({
  id: 'grt_ffffffffffffffffffffffffffffffff',
  kind: 'credits',
  priority: 0,
  amount,
  available: amount,
  held: 0n,
  effectiveAtMs: atMs,
  expiresAtMs: null,
  createdAtMs: atMs,
  features: null,
})

function remake(
  { decision, request, factors, seen }: Kept,
  policy: Policy,
  state: CustomerState,
): { decision: Decision; effects: Effects } {
  const snapshot: Snapshot = {
    state,
    subjects: new Map(seen.subjects.map((row) => [row.subject, row])),
    holds: new Map(),
    openHolds: seen.openHolds,
    ledger: null,
    usedKeys: new Set(),
  }
  const ids = {
    decision: decision.id,
    hold: decision.hold?.id ?? 'hold_00000000000000000000000000000000',
    usageEvent: 'use_00000000000000000000000000000000',
  }
  const result = decide({ snapshot, request, policy, factors, atMs: decision.atMs, ids })
  assert(result.kind === 'decided', 'a stored decision carries all it needs')
  return result
}
