import type { BalanceUpdate } from '../../core/settlement/events.ts'
import type { MicroCredits } from '../../core/shared/amount.ts'
import type { CustomerId } from '../../core/shared/ids.ts'
import type { PageQuery } from '../../ports/readers.ts'
import type { Engine } from '../engine.ts'

export interface LedgerRow {
  readonly id: string
  readonly seq: number
  readonly atMs: number
  readonly delta: MicroCredits
  readonly cause: BalanceUpdate['cause']
  readonly grant: { readonly id: string; readonly kind: string; readonly reason: string }
}

const ATTEMPTS = 4

/**
 * A page of the ledger, newest first. On the first page also the settled balance of all grants after its first row, from
 * which a reader runs the balance back; null: the ledger moves too fast to say.
 */
export async function ledgerRows(engine: Pick<Engine, 'readers'>, query: PageQuery) {
  for (let attempt = 1; ; attempt += 1) {
    const page = await engine.readers.balanceUpdates(query)
    const view = query.cursor === null ? await engine.readers.customer(query.customer) : null
    const moved = view !== null && view.head.seq !== (page.items[0]?.seq ?? 0)
    if (moved && attempt < ATTEMPTS) continue
    const settled = view?.grants.reduce((sum, grant) => sum + grant.balance, 0n) ?? null
    return {
      items: await withGrants(engine, page.items, query.customer),
      nextCursor: page.nextCursor,
      settledAfter: moved ? null : settled,
    }
  }
}

async function withGrants(
  engine: Pick<Engine, 'readers'>,
  updates: readonly BalanceUpdate[],
  customer: CustomerId,
): Promise<readonly LedgerRow[]> {
  const ids = [...new Set(updates.map(({ grant }) => grant))]
  const found = await Promise.all(ids.map((id) => engine.readers.grant(id)))
  const grants = new Map(found.flatMap((grant) => (grant?.customer === customer ? [[grant.id, grant] as const] : [])))
  return updates.map(({ id, seq, recordedAtMs, delta, cause, grant }) => ({
    id,
    seq,
    atMs: recordedAtMs,
    delta,
    cause,
    grant: { id: grant, kind: grants.get(grant)?.kind ?? 'credits', reason: grants.get(grant)?.reason ?? '' },
  }))
}
