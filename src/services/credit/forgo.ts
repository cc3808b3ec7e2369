import type { CustomerId } from '../../core/shared/ids.ts'
import type { IdempotencyKey, TransactResult } from '../../ports/customer-state.ts'
import type { CreditEngine } from './ledger-context.ts'

/** What a revocation answers whose key was used up before it. */
export interface Forgone {
  readonly revoked: '0'
  readonly forgone: true
}

/**
 * Uses up the key of a revocation that must not happen any more: whoever is still on the way with it, in whatever
 * process, finds this answer under it. `replayed`: it happened before, and this is its answer.
 */
export async function forgoRevocation(
  engine: CreditEngine,
  input: { readonly customer: CustomerId; readonly idempotency: IdempotencyKey },
): Promise<TransactResult> {
  const forgone: Forgone = { revoked: '0', forgone: true }
  const reply = { status: 200, body: JSON.stringify(forgone) }
  return engine.customers.transact(input.customer, {
    idempotency: input.idempotency,
    needs: {},
    plan: () => ({ kind: 'commit', effects: { state: null }, records: {}, reply }),
  })
}
