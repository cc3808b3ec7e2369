import { revokeGrant } from '../../core/grant/revoke.ts'
import type { MicroCredits } from '../../core/shared/amount.ts'
import type { CustomerId, GrantId } from '../../core/shared/ids.ts'
import type { Actor } from '../../ports/audit-log.ts'
import type { IdempotencyKey, Plan, TransactResult } from '../../ports/customer-state.ts'
import { type CreditEngine, ledgerContext } from './ledger-context.ts'
import { refuse } from './refusal.ts'
import { renderGrant } from './render-grant.ts'

export interface RevokeInput {
  readonly customer: CustomerId
  readonly grant: GrantId
  /** At most this much of what is available; null: all of it. */
  readonly upTo: MicroCredits | null
  readonly reason: string
  readonly actor: Actor
  readonly idempotency: IdempotencyKey
}

/**
 * Takes back what is available in a grant, with its audit entry. 200 with the grant and `revoked`, 404 `unknown_grant`,
 * 409 `nothing_available`.
 */
export async function revokeCredits(engine: CreditEngine, input: RevokeInput): Promise<TransactResult> {
  const ctx = ledgerContext(engine)
  const audit = engine.ids.next('aud', ctx.nowMs)
  let version = 0
  const result = await engine.customers.transact(input.customer, {
    idempotency: input.idempotency,
    needs: { ledger: true, grants: [input.grant] },
    plan(snapshot): Plan {
      const plan = revokeGrant(snapshot, input, ctx)
      if (!plan.ok) return refuse(plan.reason)

      version = plan.effects.state?.version ?? 0
      const left = plan.effects.state?.grants.find((grant) => grant.id === input.grant)?.available ?? 0n
      return {
        kind: 'commit',
        effects: plan.effects,
        records: {
          audit: {
            id: audit,
            actor: input.actor,
            action: 'grant.revoke',
            target: input.grant,
            customer: input.customer,
            reason: input.reason,
            detail: { revoked: `${plan.revoked}`, available: `${left}` },
            atMs: ctx.nowMs,
          },
        },
        reply: { status: 200, body: JSON.stringify({ ...renderGrant(plan.grant, left), revoked: `${plan.revoked}` }) },
      }
    },
  })
  if (result.kind === 'done' && !result.replayed && result.reply.status === 200) {
    engine.signals.publish({ kind: 'customer', customer: input.customer, version })
  }
  return result
}
