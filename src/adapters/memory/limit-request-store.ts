import { LIMIT_REQUEST_LIST_LIMIT, type LimitRequest, type LimitRequestStore } from '../../ports/limit-request-store.ts'
import { appendAudit } from './audit-log.ts'
import type { MemoryDatabase } from './database.ts'

export function memoryLimitRequestStore(db: MemoryDatabase): LimitRequestStore {
  const requests = new Map<string, LimitRequest>()
  const sameLimit = (a: LimitRequest, b: LimitRequest): boolean =>
    a.customer === b.customer && a.target.kind === b.target.kind && a.target.id === b.target.id

  return {
    async create(request, audit) {
      const waiting = [...requests.values()].some((one) => one.outcome.state === 'open' && sameLimit(one, request))
      if (waiting) return 'waiting'
      requests.set(request.id, request)
      appendAudit(db, audit)
      return 'created'
    },
    async byId(id) {
      return requests.get(id) ?? null
    },
    async list(customer) {
      return [...requests.values()]
        .filter((request) => request.customer === customer)
        .toSorted((a, b) => (a.id < b.id ? 1 : -1))
        .slice(0, LIMIT_REQUEST_LIST_LIMIT)
    },
    async open(limit) {
      return [...requests.values()]
        .filter(({ outcome }) => outcome.state === 'open')
        .toSorted((a, b) => (a.id < b.id ? -1 : 1))
        .slice(0, limit)
    },
    async answer(id, outcome, audit) {
      const request = requests.get(id)
      if (request?.outcome.state !== 'open') return false
      requests.set(id, { ...request, outcome })
      appendAudit(db, audit)
      return true
    },
    async applied(id, atMs) {
      const request = requests.get(id)
      if (request?.outcome.state !== 'approved' || request.outcome.appliedAtMs !== null) return
      requests.set(id, { ...request, outcome: { ...request.outcome, appliedAtMs: atMs } })
    },
    async unapplied(beforeMs, limit) {
      const answeredAt = ({ outcome }: LimitRequest) => (outcome.state === 'open' ? 0 : outcome.answeredAtMs)
      return [...requests.values()]
        .filter(({ outcome }) => outcome.state === 'approved' && outcome.appliedAtMs === null)
        .filter((request) => answeredAt(request) < beforeMs)
        .toSorted((a, b) => answeredAt(a) - answeredAt(b))
        .slice(0, limit)
    },
  }
}
