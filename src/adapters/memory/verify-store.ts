import type { CustomerId } from '../../core/shared/ids.ts'
import type { OrphanCheck, StoredReply, VerifyStore, VerifyView } from '../../ports/verify-store.ts'
import type { MemoryDatabase } from './database.ts'

/**
 * Reads the maps as they are now. Each page is taken between two awaits; a test that verifies beside running writers
 * stops them first, because these maps keep no older picture.
 */
export function memoryVerifyStore(db: MemoryDatabase): VerifyStore {
  return { read: (work) => work(viewOf(db)) }
}

const byId = <T>(rows: Iterable<T>, id: (row: T) => string): T[] => [...rows].sort((a, b) => (id(a) < id(b) ? -1 : 1))

function viewOf(db: MemoryDatabase): VerifyView {
  return {
    async customers(after, limit) {
      return byId(db.customers.keys(), (id) => id)
        .filter((id) => after === null || id > after)
        .slice(0, limit)
    },
    async standing(customer) {
      const state = db.states.get(customer)
      const head = db.ledgerHeads.get(customer)
      if (state === undefined || head === undefined) return null
      const deadLetters = db.deadLetters.filter(({ event }) => event.customer === customer).map(({ event }) => event.id)
      return { state, head, deadLetters, refreshes: db.refreshDue.get(customer) ?? [] }
    },
    async grants(customer, after, limit) {
      const rows = byId(db.grantsOf.get(customer)?.values() ?? [], (grant) => grant.id)
      return rows.filter((grant) => after === null || grant.id > after).slice(0, limit)
    },
    async holds(customer, after, limit) {
      const own = [...db.holds.values()].filter((hold) => hold.customer === customer)
      return byId(own, (hold) => hold.id)
        .filter((hold) => after === null || hold.id > after)
        .slice(0, limit)
    },
    async usageEvents(customer, afterVersion, limit) {
      return (db.usageEventsOf.get(customer) ?? []).filter((event) => event.version > afterVersion).slice(0, limit)
    },
    async monetizationEvents(customer, afterVersion, limit) {
      const rows = (db.monetizationEventsOf.get(customer) ?? []).toSorted((a, b) => a.version - b.version)
      return rows.filter((event) => event.version > afterVersion).slice(0, limit)
    },
    async balanceUpdates(customer, afterSeq, limit) {
      return (db.balanceUpdatesOf.get(customer) ?? []).filter((update) => update.seq > afterSeq).slice(0, limit)
    },
    async balanceUpdate(customer, id) {
      return db.balanceUpdatesOf.get(customer)?.find((update) => update.id === id) ?? null
    },
    async decisions(customer, after, limit) {
      const rows = byId(db.decisionsOf.get(customer) ?? [], (row) => row.decision.id)
      return rows
        .filter((row) => after === null || row.decision.id > after)
        .slice(0, limit)
        .map((row) => ({ ...row, coalesced: db.denialTallies.get(row.decision.id)?.count ?? 0 }))
    },
    async replies(customer, after, limit) {
      const start = after === null ? '' : JSON.stringify([after.operation, after.key])
      const rows = repliesOf(db, customer).filter(({ place }) => place > start)
      return rows.slice(0, limit).map(({ reply }) => reply)
    },
    orphans: async (customer) => orphansOf(db, customer),
    async audit(afterSeq, limit) {
      return db.audit.filter((entry) => entry.seq > afterSeq).slice(0, limit)
    },
    async auditHead() {
      const last = db.audit.at(-1)
      return last === undefined ? { seq: 0, hash: '0'.repeat(64) } : { seq: last.seq, hash: last.hash }
    },
  }
}

function repliesOf(db: MemoryDatabase, customer: CustomerId): { place: string; reply: StoredReply }[] {
  const found = [...db.idempotency].flatMap(([row, { fingerprint, status, body }]) => {
    const [owner, operation, key] = JSON.parse(row) as [string, string, string]
    if (owner !== customer || status === 0) return []
    const reply: StoredReply = { operation, key, fingerprint, status, body, decision: null, answered: null }
    return [{ place: JSON.stringify([operation, key]), reply }]
  })
  return byId(found, ({ place }) => place)
}

function orphansOf(db: MemoryDatabase, customer: CustomerId | null): OrphanCheck[] {
  const usage = [...db.usageEventsOf.values()]
    .flat()
    .filter((event) => customer === null || event.customer === customer)
  const decisions = [...db.decisions.values()].filter(
    ({ decision }) => customer === null || decision.customer === customer,
  )
  const used = new Map<string, number>()
  for (const event of usage) {
    if (event.hold === null && event.decision !== null) used.set(event.decision, (used.get(event.decision) ?? 0) + 1)
  }
  const check = (what: string, ids: string[]): OrphanCheck => ({ what, count: ids.length, sample: ids.slice(0, 5) })
  return [
    check(
      'usage_without_decision',
      usage.filter((event) => event.decision !== null && !db.decisions.has(event.decision)).map((event) => event.id),
    ),
    check(
      'usage_without_hold',
      usage.filter((event) => event.hold !== null && !db.holds.has(event.hold)).map((event) => event.id),
    ),
    check(
      'consumption_without_its_one_usage_event',
      decisions
        .filter(({ decision, request }) => request.mode.kind === 'consume' && decision.outcome !== 'denied')
        .filter(({ decision }) => used.get(decision.id) !== 1)
        .map(({ decision }) => decision.id),
    ),
  ]
}
