import { correctionKey, correctUpdate } from '../../core/settlement/correct.ts'
import type { BalanceUpdate } from '../../core/settlement/events.ts'
import type { BalanceUpdateId, CustomerId, GrantId } from '../../core/shared/ids.ts'
import type { Actor } from '../../ports/audit-log.ts'
import type { IdempotencyKey, Plan, TransactResult } from '../../ports/customer-state.ts'
import type { Engine } from '../engine.ts'
import { type CreditEngine, ledgerContext } from './ledger-context.ts'
import { refuse } from './refusal.ts'

export interface CorrectInput {
  readonly customer: CustomerId
  readonly grant: GrantId
  readonly update: BalanceUpdateId
  readonly reason: string
  readonly actor: Actor
  readonly idempotency: IdempotencyKey
}

/** Pages of a grant's history that are looked through for the update: 200 x 100 updates. */
const PAGES = 200
const PAGE = 100

/**
 * Reverses one balance update by a new one that names it, with its audit entry. 201 with the new update, 404
 * `unknown_grant`, 409 `already_corrected` or `not_available`, 422 `not_correctable`. `unknown_update`: that grant of
 * that customer has no such update.
 */
export async function correctBalance(
  engine: CreditEngine & Pick<Engine, 'readers'>,
  input: CorrectInput,
): Promise<TransactResult | { readonly kind: 'unknown_update' }> {
  const history = await updatesBackTo(engine, input)
  const update = history.get(input.update)
  if (update === undefined) return { kind: 'unknown_update' }

  const ctx = ledgerContext(engine)
  const audit = engine.ids.next('aud', ctx.nowMs)
  const once = correctionKey(update.id)
  return engine.customers.transact(input.customer, {
    idempotency: input.idempotency,
    needs: { ledger: true, grants: [update.grant], singleUse: [once] },
    plan(snapshot): Plan {
      const causeOf = (id: string) => history.get(id)?.cause
      const plan = correctUpdate(snapshot, { update, reason: input.reason, causeOf }, ctx)
      if (!plan.ok) return refuse(plan.reason)
      const { id, delta, balanceBefore, balanceAfter, recordedAtMs } = plan.update
      const body = {
        id,
        customer: input.customer,
        grant: update.grant,
        corrects: update.id,
        delta: `${delta}`,
        balanceBefore: `${balanceBefore}`,
        balanceAfter: `${balanceAfter}`,
        reason: input.reason,
        recordedAt: new Date(recordedAtMs).toISOString(),
      }
      return {
        kind: 'commit',
        effects: plan.effects,
        records: {
          audit: {
            id: audit,
            actor: input.actor,
            action: 'balance.correct',
            target: update.id,
            customer: input.customer,
            reason: input.reason,
            detail: body,
            atMs: ctx.nowMs,
          },
        },
        reply: { status: 201, body: JSON.stringify(body) },
      }
    },
  })
}

/** Updates never change, so they may be read before the transaction: newest first, until those a correction leads to. */
async function updatesBackTo(
  engine: Pick<Engine, 'readers'>,
  input: CorrectInput,
): Promise<Map<string, BalanceUpdate>> {
  const found = new Map<string, BalanceUpdate>()
  let wanted: string = input.update
  let cursor: string | null = null
  for (let page = 0; page < PAGES; page += 1) {
    const query = { customer: input.customer, grant: input.grant, cursor, limit: PAGE }
    const { items, nextCursor } = await engine.readers.balanceUpdates(query)
    for (const update of items) {
      if (update.id !== wanted) continue
      found.set(update.id, update)
      if (update.cause.kind !== 'correction') return found
      wanted = update.cause.corrects
    }
    if (nextCursor === null) return found
    cursor = nextCursor
  }
  return new Map()
}
