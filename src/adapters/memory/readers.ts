import type { CustomerId } from '../../core/shared/ids.ts'
import { idAfter, idAt, numberAfter, pageLimit, pageOf } from '../../ports/page.ts'
import type { Page, PageQuery, Readers, StoredDecision } from '../../ports/readers.ts'
import type { DecisionRow, MemoryDatabase } from './database.ts'

const SHOWN_HOLDS = 200
const SHOWN_GRANTS = 500

export function memoryReaders(db: MemoryDatabase): Readers {
  const stored = (row: DecisionRow): StoredDecision => ({
    ...row,
    coalesced: db.denialTallies.get(row.decision.id)?.count ?? 0,
  })
  const tierOf = (customer: CustomerId): string => db.states.get(customer)?.profile.tier ?? ''

  return {
    async customer(id) {
      const [customer, state, head] = [db.customers.get(id), db.states.get(id), db.ledgerHeads.get(id)]
      if (customer === undefined || state === undefined || head === undefined) return null
      const open = [...(db.openHolds.get(id)?.values() ?? [])]
      open.sort((a, b) => a.expiresAtMs - b.expiresAtMs || (a.id < b.id ? -1 : 1))
      const grants = [...(db.grantsOf.get(id)?.values() ?? [])]
      grants.sort((a, b) => Number(b.balance > 0n) - Number(a.balance > 0n) || (a.id < b.id ? 1 : -1))
      return {
        customer,
        state,
        head,
        grants: grants.slice(0, SHOWN_GRANTS),
        openHolds: open.slice(0, SHOWN_HOLDS),
        openHoldsTotal: open.length,
      }
    },

    async customers({ cursor, limit, search }) {
      const after = idAfter('customers', 'cus', cursor)
      const part = search?.toLowerCase() ?? null
      const found = [...db.customers.values()].filter(
        ({ id, externalId, name }) =>
          (after === null || id < after) &&
          (part === null ||
            id === search ||
            externalId?.toLowerCase().includes(part) ||
            name.toLowerCase().includes(part)),
      )
      found.sort((a, b) => (a.id < b.id ? 1 : -1))
      return page(
        'customers',
        found.map((customer) => ({ ...customer, tier: tierOf(customer.id) })),
        limit,
        ({ id }) => id,
      )
    },

    async decision(id) {
      const row = db.decisions.get(id)
      return row === undefined ? null : stored(row)
    },

    async decisions({ customer, cursor, limit, outcome, beforeMs }) {
      const after = idAfter('decisions', 'dec', cursor)
      const before = beforeMs === undefined ? null : idAt('dec', beforeMs)
      const rows = (db.decisionsOf.get(customer) ?? []).filter(
        ({ decision }) =>
          (after === null || decision.id < after) &&
          (before === null || decision.id < before) &&
          (outcome === undefined || decision.outcome === outcome),
      )
      rows.sort((a, b) => (a.decision.id < b.decision.id ? 1 : -1))
      return page('decisions', rows.map(stored), limit, ({ decision }) => decision.id)
    },

    async hold(id) {
      return db.holds.get(id) ?? null
    },

    async usageEvents({ customer, cursor, limit, id, decision }) {
      const after = numberAfter('usage-events', cursor)
      const found = newestFirst(db.usageEventsOf, customer).filter(
        (event) =>
          (after === null || event.version < after) &&
          (id === undefined || event.id === id) &&
          (decision === undefined || event.decision === decision),
      )
      return page('usage-events', found, limit, ({ version }) => version)
    },

    async monetizationEvents({ customer, cursor, limit, usageEvent }) {
      const after = idAfter('monetization-events', 'use', cursor)
      const found = newestFirst(db.monetizationEventsOf, customer).filter(
        (event) =>
          (after === null || event.usageEvent < after) && (usageEvent === undefined || event.usageEvent === usageEvent),
      )
      found.sort((a, b) => (a.usageEvent < b.usageEvent ? 1 : -1))
      return page('monetization-events', found, limit, ({ usageEvent: of }) => of)
    },

    async balanceUpdates({ customer, cursor, limit, grant }) {
      const after = numberAfter('balance-updates', cursor)
      const found = newestFirst(db.balanceUpdatesOf, customer).filter(
        (update) => (after === null || update.seq < after) && (grant === undefined || update.grant === grant),
      )
      return page('balance-updates', found, limit, ({ seq }) => seq)
    },

    async grant(id) {
      return db.grants.get(id) ?? null
    },

    async tally(denials) {
      for (const denial of denials) {
        const known = db.denialTallies.get(denial.decision)
        db.denialTallies.set(denial.decision, {
          ...denial,
          count: (known?.count ?? 0) + denial.count,
          lastAtMs: Math.max(known?.lastAtMs ?? denial.lastAtMs, denial.lastAtMs),
        })
      }
    },
  }
}

const newestFirst = <T>(table: ReadonlyMap<CustomerId, readonly T[]>, customer: PageQuery['customer']): T[] =>
  (table.get(customer) ?? []).toReversed()

function page<T>(list: string, found: readonly T[], limit: number, keyOf: (item: T) => string | number): Page<T> {
  return pageOf(list, found, pageLimit(limit), keyOf)
}
