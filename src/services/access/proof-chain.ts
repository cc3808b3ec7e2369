import { chargesOf } from '../../core/settlement/post.ts'
import type { BalanceUpdate, MonetizationEvent, UsageEvent } from '../../core/settlement/events.ts'
import type { CustomerId, DecisionId, GrantId, UsageEventId } from '../../core/shared/ids.ts'
import type { Engine } from '../engine.ts'

/** What one usage event drove: its price, and the balance updates that the price caused. */
export interface ProofLink {
  readonly usageEvent: UsageEvent
  /** Null until the settler has priced it. */
  readonly monetizationEvent: MonetizationEvent | null
  /** Monetization events that name the usage event: more than one is a fault, and two are looked for. */
  readonly charges: number
  readonly balanceUpdates: readonly BalanceUpdate[]
  /** False: the updates are further back than was searched. */
  readonly complete: boolean
}

/** A decision captures at most this many times before the list is cut. */
const MOST_EVENTS = 20
const PAGE = 100
const MOST_PAGES = 5

export async function proofOfDecision(
  engine: Engine,
  customer: CustomerId,
  decision: DecisionId,
): Promise<readonly ProofLink[]> {
  const events = await engine.readers.usageEvents({ customer, decision, cursor: null, limit: MOST_EVENTS })
  return Promise.all(events.items.map((event) => proofOf(engine, customer, event)))
}

export async function proofOfUsage(engine: Engine, customer: CustomerId, id: UsageEventId): Promise<ProofLink | null> {
  const events = await engine.readers.usageEvents({ customer, id, cursor: null, limit: 1 })
  const [event] = events.items
  return event === undefined ? null : proofOf(engine, customer, event)
}

async function proofOf(engine: Engine, customer: CustomerId, usageEvent: UsageEvent): Promise<ProofLink> {
  const priced = await engine.readers.monetizationEvents({
    customer,
    usageEvent: usageEvent.id,
    cursor: null,
    limit: 2,
  })
  const charges = priced.items.length
  const monetizationEvent = priced.items[0] ?? null
  if (monetizationEvent === null) return { usageEvent, monetizationEvent, charges, balanceUpdates: [], complete: true }
  const grants = [...chargesOf(monetizationEvent.lines).keys()]
  const found = await Promise.all(grants.map((grant) => updatesOf(engine, { customer, grant, monetizationEvent })))
  return {
    usageEvent,
    monetizationEvent,
    charges,
    balanceUpdates: found.flatMap(({ updates }) => updates),
    complete: found.every(({ complete }) => complete),
  }
}

/** Walks back through one grant's updates, newest first, past the one that this charge caused, or to where the grant began. */
async function updatesOf(
  engine: Engine,
  {
    customer,
    grant,
    monetizationEvent,
  }: { customer: CustomerId; grant: GrantId; monetizationEvent: MonetizationEvent },
): Promise<{ updates: readonly BalanceUpdate[]; complete: boolean }> {
  const updates: BalanceUpdate[] = []
  let began = false
  let cursor: string | null = null
  for (let page = 0; page < MOST_PAGES; page++) {
    const { items, nextCursor } = await engine.readers.balanceUpdates({ customer, grant, cursor, limit: PAGE })
    for (const item of items) {
      if (item.cause.kind === 'charge' && item.cause.monetizationEvent === monetizationEvent.id) updates.push(item)
      if (item.cause.kind === 'grant') began = true
    }
    const oldest = items.at(-1)
    const past = updates.length > 0 && oldest !== undefined && oldest.recordedAtMs < monetizationEvent.settledAtMs
    if (past || nextCursor === null) break
    cursor = nextCursor
  }
  return { updates, complete: updates.length > 0 || began }
}
