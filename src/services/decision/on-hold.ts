import type { Policy } from '../../core/policy/policy.ts'
import type { Hold, HoldStatus } from '../../core/hold/hold.ts'
import type { CustomerId, HoldId } from '../../core/shared/ids.ts'
import type { Effects, Needs, Snapshot } from '../../core/waterfall/effects.ts'
import type { Plan } from '../../ports/customer-state.ts'
import type { Engine } from '../engine.ts'
import { ownerOf } from './hold-owner.ts'
import { idempotencyOf } from './idempotency.ts'
import { type Answered, answeredOr, type NotDone } from './outcome.ts'
import type { PriceProblem } from './price-problem.ts'

export interface HoldCommand {
  readonly hold: HoldId
  /** The only customer whose hold it may be; null: anyone's. */
  readonly customer: CustomerId | null
  /** Null where a key is optional and none was given. */
  readonly idempotencyKey: string | null
}

export type HoldOutcome =
  | Answered
  | NotDone
  | { readonly kind: 'unknown_hold' }
  | { readonly kind: 'closed'; readonly status: Exclude<HoldStatus, 'open'> }
  | PriceProblem

/** What one operation makes of a hold. */
export type HoldStep =
  | { readonly kind: 'needs'; readonly needs: Needs }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'closed'; readonly status: Exclude<HoldStatus, 'open'> }
  | { readonly kind: 'refused'; readonly problem: PriceProblem }
  | { readonly kind: 'changed'; readonly effects: Effects; readonly body: string }

interface HoldOperation {
  readonly operation: 'capture' | 'extend' | 'release' | 'report'
  readonly input: unknown
  step(at: { snapshot: Snapshot; hold: Hold; policy: Policy; atMs: number }): HoldStep
}

/** A version that this process has not loaded yet is loaded once, and the plan runs again. */
const ROUNDS = 2
const NO_REPLY = { status: 400, body: '{}' } as const

/** Runs an operation on a hold, under the policy version that it was placed under, as one change of its customer. */
export async function onHold(
  engine: Engine,
  command: HoldCommand,
  { operation, input, step }: HoldOperation,
): Promise<HoldOutcome> {
  const customer = command.customer ?? (await ownerOf(engine, command.hold))
  if (customer === null) return { kind: 'unknown_hold' }
  const atMs = engine.clock.nowMs()
  const idempotency =
    command.idempotencyKey === null
      ? null
      : idempotencyOf(engine, { operation, key: command.idempotencyKey, input: { hold: command.hold, input } })

  for (let round = 0; round < ROUNDS; round++) {
    let version = 0
    let refused: HoldOutcome | { readonly kind: 'load'; readonly version: number } | null = null
    const refuse = (outcome: NonNullable<typeof refused>): Plan => {
      refused = outcome
      return { kind: 'answer', reply: NO_REPLY }
    }
    const plan = (snapshot: Snapshot): Plan => {
      refused = null
      const hold = snapshot.holds.get(command.hold)
      if (hold === undefined) return refuse({ kind: 'unknown_hold' })
      const policy = engine.policies.get(hold.policyVersion)
      if (policy === undefined) return refuse({ kind: 'load', version: hold.policyVersion })
      const result = step({ snapshot, hold, policy, atMs })
      switch (result.kind) {
        case 'needs':
          return result
        case 'unknown':
          return refuse({ kind: 'unknown_hold' })
        case 'closed':
          return refuse({ kind: 'closed', status: result.status })
        case 'refused':
          return refuse(result.problem)
        case 'changed':
          version = result.effects.state?.version ?? 0
          return { kind: 'commit', effects: result.effects, records: {}, reply: { status: 200, body: result.body } }
      }
    }
    const result = await engine.customers.transact(customer, { idempotency, needs: { holds: [command.hold] }, plan })
    const outcome = refused as HoldOutcome | { readonly kind: 'load'; readonly version: number } | null
    if (result.kind === 'unknown_customer') return { kind: 'unknown_hold' }
    if (result.kind === 'done' && !result.replayed && outcome === null)
      engine.signals.publish({ kind: 'customer', customer, version })
    if (result.kind !== 'done' || result.replayed || outcome === null) return answeredOr(result)
    if (outcome.kind !== 'load') return outcome
    if ((await engine.policies.load(outcome.version)) === null) break
  }
  throw new Error(`hold ${command.hold} cites a policy version that cannot be loaded`)
}
