import type { UsageEvent } from '../../core/settlement/events.ts'
import type { CustomerId } from '../../core/shared/ids.ts'
import { UsageCount } from '../../core/usage/count.ts'
import { REPORTED, type UsageDimension } from '../../core/usage/dimensions.ts'
import { bucketOf, type CountedEvent, Sums, underFilter, valuesOf } from '../../core/usage/tally.ts'
import { pageLimit } from '../../ports/page.ts'
import { SHOWN_VALUES, type UsageReader } from '../../ports/usage-reader.ts'
import type { MemoryDatabase } from './database.ts'

/** Counts everything anew at each question; keeps only how far it was told to roll up. */
export function memoryUsageReader(db: MemoryDatabase): UsageReader {
  const rolledTo = new Map<CustomerId, number>()
  const counted = (event: UsageEvent): CountedEvent => ({
    event,
    outcome: (event.decision === null ? undefined : db.decisions.get(event.decision)?.decision.outcome) ?? REPORTED,
  })
  const eventsOf = (customer: CustomerId) => db.usageEventsOf.get(customer) ?? []

  return {
    async sums(query) {
      const count = new UsageCount(query)
      for (const event of eventsOf(query.customer)) count.add(counted(event))
      return { ...count.result(), uncounted: false }
    },

    async rows({ customer, filter, fromMs, toMs, before, limit }) {
      const bound = pageLimit(limit)
      const found = eventsOf(customer)
        .filter(
          ({ effectiveAtMs, version }) =>
            effectiveAtMs >= fromMs && effectiveAtMs < toMs && (before === null || version < before),
        )
        .toSorted((a, b) => b.version - a.version)
        .map(counted)
        .flatMap((one) => {
          const cost = underFilter(one, filter)
          return cost === null ? [] : [{ ...one, cost }]
        })
      const items = found.slice(0, bound)
      return { items, next: found.length > bound ? (items.at(-1)?.event.version ?? null) : null }
    },

    async denials({ customer, edgesMs, by, filter: { feature, subject } }) {
      const sums = new Sums<readonly [number, string]>()
      for (const { decision, request } of db.decisionsOf.get(customer) ?? []) {
        const bucket = bucketOf(edgesMs, decision.atMs)
        const left =
          (feature !== undefined && request.feature !== feature) ||
          (subject !== undefined && (request.subject ?? '') !== subject)
        if (decision.outcome !== 'denied' || bucket < 0 || left) continue
        const value = by === 'feature' ? request.feature : by === 'subject' ? (request.subject ?? '') : ''
        sums.add([bucket, value], 1n + BigInt(db.denialTallies.get(decision.id)?.count ?? 0), 0n)
      }
      const found = sums.entries()
      return {
        sums: found.map(({ parts: [bucket, value], events: denials }) => ({ bucket, value, denials })),
        cut: false,
      }
    },

    async values({ customer, fromMs, toMs }) {
      const inRange = eventsOf(customer).filter(({ effectiveAtMs: at }) => at >= fromMs && at < toMs)
      const of = (by: UsageDimension) => {
        const sums = new Sums<readonly [string]>()
        for (const event of inRange) for (const [value] of valuesOf(counted(event), by, {})) sums.add([value], 1n, 0n)
        const found = sums
          .entries()
          .toSorted((a, b) => Number(b.events - a.events) || (a.parts[0] < b.parts[0] ? -1 : 1))
        return found.slice(0, SHOWN_VALUES).map(({ parts: [value] }) => value)
      }
      return {
        feature: of('feature'),
        subject: of('subject'),
        task: of('task'),
        model: of('model'),
        layer: of('layer'),
        outcome: of('outcome'),
      }
    },

    async behind({ after, limit, least }) {
      const ids = [...db.ledgerHeads.keys()].toSorted().filter((id) => after === null || id > after)
      const looked = ids.slice(0, pageLimit(limit))
      const settled = (id: CustomerId) => db.ledgerHeads.get(id)?.settledVersion ?? 0
      return {
        customers: looked.filter((id) => settled(id) - (rolledTo.get(id) ?? 0) >= least),
        next: ids.length > looked.length ? (looked.at(-1) ?? null) : null,
      }
    },

    async rollUp({ customer, limit }) {
      const from = rolledTo.get(customer) ?? 0
      const events = eventsOf(customer)
        .filter(({ version }) => version > from)
        .slice(0, limit)
      const settled = db.ledgerHeads.get(customer)?.settledVersion ?? 0
      const last = events.at(-1)?.version ?? from
      const more = events.length === limit
      rolledTo.set(customer, more ? last : Math.max(last, settled))
      return { added: events.length, more }
    },
  }
}
