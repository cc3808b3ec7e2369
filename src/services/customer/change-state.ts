import type { CustomerId } from '../../core/shared/ids.ts'
import type { CustomerState } from '../../core/waterfall/state.ts'
import type { AuditEntryDraft } from '../../ports/audit-log.ts'
import type { IdempotencyKey, Plan } from '../../ports/customer-state.ts'
import type { Engine } from '../engine.ts'

export type ChangeEntry = Pick<AuditEntryDraft, 'actor' | 'action' | 'target' | 'detail'> & {
  readonly customer: CustomerId
  /** Names the change: with the same one it is made once, whoever tries again. */
  readonly idempotency?: IdempotencyKey
}

/**
 * One change of a customer's state with its audit entry; or the rule's refusal, with nothing written. `failed`: the store
 * did not take it. The rule may run again, on a newer state.
 */
export async function changeState<Refusal extends string>(
  engine: Pick<Engine, 'customers' | 'clock' | 'ids' | 'signals'>,
  { idempotency, ...entry }: ChangeEntry,
  rule: (state: CustomerState) => CustomerState | Refusal,
): Promise<'done' | Refusal | 'failed'> {
  const { customer } = entry
  const audit = engine.ids.next('aud', engine.clock.nowMs())
  const seen: { version: number; refusal: Refusal | null } = { version: 0, refusal: null }
  const result = await engine.customers.transact(customer, {
    idempotency: idempotency ?? null,
    needs: {},
    plan({ state }): Plan {
      const next = rule(state)
      if (typeof next === 'string') {
        seen.refusal = next
        return { kind: 'answer', reply: { status: 409, body: '{}' } }
      }
      seen.refusal = null
      seen.version = next.version
      return {
        kind: 'commit',
        effects: { state: next },
        records: { audit: { ...entry, id: audit, reason: null, atMs: next.atMs } },
        reply: { status: 200, body: '{}' },
      }
    },
  })
  if (result.kind !== 'done') return 'failed'
  if (result.replayed) return 'done'
  if (seen.refusal !== null) return seen.refusal
  engine.signals.publish({ kind: 'customer', customer, version: seen.version })
  return 'done'
}
