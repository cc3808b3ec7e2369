import type { LedgerContext } from '../../core/ledger/context.ts'
import type { Engine } from '../engine.ts'

export type CreditEngine = Pick<Engine, 'customers' | 'policies' | 'clock' | 'ids' | 'hash' | 'signals'>

/** The instant of one change of the ledger, read once, with the makers of ids and hashes. */
export function ledgerContext(engine: Pick<Engine, 'clock' | 'ids' | 'hash'>): LedgerContext {
  const nowMs = engine.clock.nowMs()
  return { nowMs, hash: engine.hash, nextId: (prefix) => engine.ids.next(prefix, nowMs) }
}
