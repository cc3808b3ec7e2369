import type { CustomerId } from '../../core/shared/ids.ts'
import type { Engine } from '../engine.ts'

/** How far this customer's usage is settled. */
export interface SettlementStanding {
  readonly asOfMs: number
  /** Everything that happened up to this instant is settled; null when nothing ever was, and something waits. */
  readonly settledUpToMs: number | null
  readonly behind: boolean
  /** Over all customers: age of the oldest event that waits. */
  readonly oldestWaitingMs: number | null
}

export async function settlementStanding(engine: Engine, customer: CustomerId): Promise<SettlementStanding | null> {
  const asOfMs = engine.clock.nowMs()
  const [seen, newest, settled, lag] = await Promise.all([
    engine.readers.customer(customer),
    engine.readers.usageEvents({ customer, cursor: null, limit: 1 }),
    engine.readers.monetizationEvents({ customer, cursor: null, limit: 1 }),
    engine.settlement.lag(asOfMs),
  ])
  if (seen === null) return null
  const last = newest.items[0]
  const behind = last !== undefined && last.version > seen.head.settledVersion
  return {
    asOfMs,
    settledUpToMs: behind ? (settled.items[0]?.effectiveAtMs ?? null) : asOfMs,
    behind,
    oldestWaitingMs: lag.oldestMs,
  }
}
