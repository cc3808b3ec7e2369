import pg from 'pg'
import { StoreUnavailable } from '../../../ports/customer-state.ts'

/**
 * `conflict`: another process was in the way, the same work can be done again. `unavailable`: the store did not answer,
 * or cannot now. `refused`: the database will not take these rows, now or later: a defect of whoever planned them.
 */
export type Fault = 'conflict' | 'unavailable' | 'refused'

const CONFLICTS = new Set(['40001', '40P01'])
const UNIQUE_VIOLATION = '23505'

export function faultOf(error: unknown): Fault {
  if (!(error instanceof pg.DatabaseError) || error.code === undefined) {
    return error instanceof StoreUnavailable || isDriverFault(error) ? 'unavailable' : 'refused'
  }
  if (CONFLICTS.has(error.code)) return 'conflict'
  if (error.code === UNIQUE_VIOLATION) return error.table === 'idempotency_entry' ? 'conflict' : 'refused'
  // 22: data that a column cannot hold. 23: a constraint. 42: rights, names. P0, XX: a function, or PostgreSQL itself.
  return /^(22|23|42|P0)/.test(error.code) ? 'refused' : 'unavailable'
}

/** Sockets' errors name the call that failed; the driver's own are plain errors that have only a text. */
function isDriverFault(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return (
    'syscall' in error ||
    (error.name === 'Error' && /connect|terminated|timeout|not queryable|closed/i.test(error.message))
  )
}

export function unavailable(cause: unknown): StoreUnavailable {
  return cause instanceof StoreUnavailable ? cause : new StoreUnavailable('the database did not answer', { cause })
}
