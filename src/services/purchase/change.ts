import { nextLookMs } from '../../core/purchase/next-look.ts'
import type { Facts, Purchase } from '../../core/purchase/purchase.ts'
import { assert } from '../../core/shared/assert.ts'
import type { PurchaseId } from '../../core/shared/ids.ts'
import type { Actor } from '../../ports/audit-log.ts'
import type { PurchaseEngine } from './purchase-engine.ts'

/** Writers that meet on one purchase: webhooks, a page, the reconcile job. Each loser starts again, so often at most. */
const ATTEMPTS = 8

export interface FactChange {
  /** The new facts; null: nothing to change any more. */
  edit(purchase: Purchase): Facts | null
  readonly event: { readonly id: string; readonly atMs: number } | null
  /** Written with the change; null: the ledger or the processor keeps its own record. */
  readonly audit: Audited | ((purchase: Purchase) => Audited | null) | null
}

interface Audited {
  readonly action: string
  /** Left out: the job that hears the processor. */
  readonly actor?: Actor
  readonly detail: Readonly<Record<string, unknown>>
}

/** Reads, edits and writes until nobody else was faster. Answers the purchase as it stands then; null: there is none. */
export async function changePurchase(
  engine: PurchaseEngine,
  id: PurchaseId,
  change: FactChange,
): Promise<{ readonly purchase: Purchase; readonly changed: boolean; readonly before: Purchase } | null> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const purchase = await engine.purchases.read(id)
    if (purchase === null) return null
    const facts = change.edit(purchase)
    if (facts === null) return { purchase, changed: false, before: purchase }
    const next: Purchase = { ...purchase, facts, version: purchase.version + 1 }
    const nowMs = engine.clock.nowMs()
    const audit = typeof change.audit === 'function' ? change.audit(purchase) : change.audit
    const written = await engine.purchases.change({
      purchase: next,
      event: change.event === null ? null : { processor: engine.payments?.processor ?? 'none', ...change.event },
      dueAtMs: nextLookMs(next, nowMs),
      audit:
        audit === null
          ? null
          : {
              id: engine.ids.next('aud', nowMs),
              actor: audit.actor ?? { kind: 'system', job: 'purchase' },
              action: audit.action,
              target: id,
              customer: purchase.customer,
              reason: null,
              detail: audit.detail,
              atMs: nowMs,
            },
    })
    if (written === 'changed') return { purchase: next, changed: true, before: purchase }
    if (written === 'known_event') return { purchase, changed: false, before: purchase }
  }
  assert(false, `purchase ${id} is changed by ${ATTEMPTS} others at once`)
}
