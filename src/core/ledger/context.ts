import type { IdPrefix } from '../shared/ids.ts'
import type { HashText } from './chain.ts'

/** What a change of the ledger is given from outside: the instant, and makers of ids and hashes. */
export interface LedgerContext {
  readonly nowMs: number
  readonly hash: HashText
  nextId(prefix: IdPrefix): string
}
