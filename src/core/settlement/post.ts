import type { MicroCredits } from '../shared/amount.ts'
import { type Book, enter } from '../ledger/book.ts'
import type { LedgerContext } from '../ledger/context.ts'
import type { MonetizationEvent, MonetizationLine } from './events.ts'

export type PostResult = { readonly ok: true } | { readonly ok: false; readonly reason: string }

const POSTED: PostResult = { ok: true }

/** What a monetization event charges to each grant, in the order its lines name them. */
export function chargesOf(lines: readonly MonetizationLine[]): ReadonlyMap<string, MicroCredits> {
  const charges = new Map<string, MicroCredits>()
  for (const line of lines) {
    if (line.kind === 'grant') charges.set(line.source, (charges.get(line.source) ?? 0n) + line.amount)
  }
  return charges
}

/** Posts one balance update per (event, grant), chained. Refuses before anything is entered, so that it is all or nothing. */
export function post(book: Book, event: MonetizationEvent, ctx: LedgerContext): PostResult {
  if (!event.lines.some((line) => line.kind === 'grant')) return POSTED
  const charges = chargesOf(event.lines)
  for (const [id, amount] of charges) {
    const grant = book.grants.get(id)
    if (grant === undefined || grant.customer !== event.customer) return { ok: false, reason: `no such grant: ${id}` }
    if (grant.balance < amount) return { ok: false, reason: `grant ${id} holds ${grant.balance}, not ${amount}` }
  }
  for (const [id, amount] of charges) {
    const grant = book.grants.get(id)
    if (grant === undefined) continue
    enter(
      book,
      {
        grant,
        delta: -amount,
        cause: { kind: 'charge', monetizationEvent: event.id },
        counter: 'spent',
        effectiveAtMs: event.effectiveAtMs,
      },
      ctx,
    )
  }
  return POSTED
}
