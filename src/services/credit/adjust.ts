import { MICRO_PER_CREDIT, type MicroCredits } from '../../core/shared/amount.ts'
import type { CustomerId } from '../../core/shared/ids.ts'
import type { Actor } from '../../ports/audit-log.ts'
import type { IdempotencyKey, TransactResult } from '../../ports/customer-state.ts'
import { grantCredits } from './grant.ts'
import type { CreditEngine } from './ledger-context.ts'

/** Above this, a second person has to agree: 1,000 credits. */
export const FOUR_EYES_ABOVE: MicroCredits = 1_000n * MICRO_PER_CREDIT

export interface AdjustInput {
  readonly customer: CustomerId
  readonly amount: MicroCredits
  readonly expiresAtMs: number | null
  readonly reason: string
  readonly actor: Extract<Actor, { kind: 'user' }>
  /** The second person, already authenticated as such; null: nobody has agreed. */
  readonly approvedBy: Extract<Actor, { kind: 'user' }> | null
  /** Names the adjustment: with the same one it is never given twice, whoever sends it. */
  readonly adjustment: string
  readonly idempotency: IdempotencyKey
}

export type AdjustResult =
  | TransactResult
  /** Above the threshold, and the second person is missing or is the first one. */
  | { readonly kind: 'second_person_needed'; readonly above: MicroCredits }

/** Support gives a customer credits: a grant of kind adjustment, by two different people above the threshold. */
export async function adjustCredits(engine: CreditEngine, input: AdjustInput): Promise<AdjustResult> {
  const { approvedBy, actor } = input
  const agreed = approvedBy !== null && approvedBy.id !== actor.id
  if (input.amount > FOUR_EYES_ABOVE && !agreed) return { kind: 'second_person_needed', above: FOUR_EYES_ABOVE }
  return grantCredits(engine, {
    customer: input.customer,
    kind: 'adjustment',
    amount: input.amount,
    priority: 0,
    features: null,
    effectiveAtMs: null,
    expiresAtMs: input.expiresAtMs,
    source: `adjustment:${input.adjustment}`,
    reason: agreed ? `${input.reason} (approved by ${approvedBy.id})` : input.reason,
    actor,
    idempotency: input.idempotency,
  })
}
