import { enterGrant, type NewGrant } from '../../core/grant/enter.ts'
import type { CustomerId } from '../../core/shared/ids.ts'
import type { Actor } from '../../ports/audit-log.ts'
import type { IdempotencyKey, Plan, TransactResult } from '../../ports/customer-state.ts'
import { type CreditEngine, ledgerContext } from './ledger-context.ts'
import { refuse } from './refusal.ts'
import { renderGrant } from './render-grant.ts'

export interface GrantInput extends NewGrant {
  readonly customer: CustomerId
  readonly actor: Actor
  /** Null only where `source` alone keeps it from happening twice (a webhook that names its payment). */
  readonly idempotency: IdempotencyKey | null
}

/**
 * Gives a customer value: grant, balance update, gate and audit entry in one transaction; it can be spent by the next
 * request. 201 with the grant, 422 `overflow`, `already_expired` or `amount_not_positive`, 409 `duplicate_source`.
 */
export async function grantCredits(engine: CreditEngine, input: GrantInput): Promise<TransactResult> {
  const ctx = ledgerContext(engine)
  const once = `source/${input.source}`
  const audit = engine.ids.next('aud', ctx.nowMs)
  let version = 0
  const result = await engine.customers.transact(input.customer, {
    idempotency: input.idempotency,
    needs: { ledger: true, singleUse: [once] },
    plan(snapshot): Plan {
      if (snapshot.usedKeys.has(once)) return refuse('duplicate_source')
      const plan = enterGrant(snapshot, input, ctx)
      if (!plan.ok) return refuse(plan.reason)

      version = plan.effects.state?.version ?? 0
      const { grant, debtPaid } = plan
      const body = JSON.stringify(renderGrant(grant, grant.amount - debtPaid))
      return {
        kind: 'commit',
        effects: plan.effects,
        records: {
          audit: {
            id: audit,
            actor: input.actor,
            action: 'grant.create',
            target: grant.id,
            customer: input.customer,
            reason: input.reason,
            detail: { ...renderGrant(grant, grant.amount - debtPaid), source: input.source, debtPaid: `${debtPaid}` },
            atMs: grant.createdAtMs,
          },
        },
        reply: { status: 201, body },
      }
    },
  })
  if (result.kind === 'done' && !result.replayed && result.reply.status === 201) {
    engine.signals.publish({ kind: 'customer', customer: input.customer, version })
  }
  return result
}
