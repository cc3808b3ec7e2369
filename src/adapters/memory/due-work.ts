import type { DueWork } from '../../ports/readers.ts'
import type { MemoryDatabase } from './database.ts'

/** Oldest due first. */
export function memoryDueWork(db: MemoryDatabase): DueWork {
  return {
    async holdsDue(nowMs, limit) {
      const due = [...db.openHolds.values()]
        .flatMap((open) => [...open.values()])
        .filter((hold) => hold.expiresAtMs <= nowMs)
      due.sort((a, b) => a.expiresAtMs - b.expiresAtMs)
      return due.slice(0, limit).map(({ customer, id }) => ({ customer, hold: id }))
    },
    async grantsDue(nowMs, limit) {
      const expiry = (grant: { expiresAtMs: number | null }): number => grant.expiresAtMs ?? Number.POSITIVE_INFINITY
      const due = [...db.grants.values()].filter((grant) => grant.balance > 0n && expiry(grant) <= nowMs)
      due.sort((a, b) => expiry(a) - expiry(b))
      return due.slice(0, limit).map(({ customer, id }) => ({ customer, grant: id }))
    },
    async refreshesDue(nowMs, limit) {
      const all = [...db.refreshDue].flatMap(([customer, rules]) => rules.map((rule) => ({ customer, ...rule })))
      const due = all.filter(({ dueAtMs }) => dueAtMs <= nowMs)
      due.sort((a, b) => a.dueAtMs - b.dueAtMs)
      return due.slice(0, limit)
    },
  }
}
