import type { BalanceUpdate, MonetizationEvent, UsageEvent } from '../../core/settlement/events.ts'
import type { CustomerId, DecisionId, GrantId, UsageEventId } from '../../core/shared/ids.ts'
import type { Engine } from '../engine.ts'

/** What one usage event drove: its price, and the balance updates that the price caused. */
export interface ProofLink {
  readonly usageEvent: UsageEvent
  /** Null until the settler has priced it. */
  readonly monetizationEvent: MonetizationEvent | null
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
    limit: 1,
  })
  const monetizationEvent = priced.items[0] ?? null
  if (monetizationEvent === null) return { usageEvent, monetizationEvent, balanceUpdates: [], complete: true }
  const grants = new Set(monetizationEvent.lines.flatMap((line) => (line.kind === 'grant' ? [line.source] : [])))
  const found = await Promise.all([...grants].map((grant) => updateOf(engine, { customer, grant, monetizationEvent })))
  const balanceUpdates = found.filter((update): update is BalanceUpdate => update !== null)
  return { usageEvent, monetizationEvent, balanceUpdates, complete: balanceUpdates.length === grants.size }
}

/** Walks back through one grant's updates, newest first, until the one this charge caused or an older time. */
async function updateOf(
  engine: Engine,
  {
    customer,
    grant,
    monetizationEvent,
  }: { customer: CustomerId; grant: GrantId; monetizationEvent: MonetizationEvent },
): Promise<BalanceUpdate | null> {
  let cursor: string | null = null
  for (let page = 0; page < MOST_PAGES; page++) {
    const { items, nextCursor } = await engine.readers.balanceUpdates({ customer, grant, cursor, limit: PAGE })
    const update = items.find(
      (item) => item.cause.kind === 'charge' && item.cause.monetizationEvent === monetizationEvent.id,
    )
    if (update !== undefined) return update
    if (nextCursor === null) return null
    cursor = nextCursor
  }
  return null
}
