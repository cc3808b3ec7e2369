import type { BalanceCause, BalanceUpdate, LedgerGrant } from '../../../core/settlement/events.ts'
import { assert } from '../../../core/shared/assert.ts'
import { fromUuid, fromUuidOrNull } from './ids.ts'

/** A row of `grants` as the driver gives it. */
export interface GrantRow {
  id: string
  customer_id: string
  kind: LedgerGrant['kind']
  priority: number
  amount: string
  balance: string
  spent: string
  expired: string
  revoked: string
  effective_at: Date
  expires_at: Date | null
  created_at: Date
  features: string[] | null
  source: string
  reason: string
}

export const GRANT_COLUMNS =
  'id, customer_id, kind, priority, amount, balance, spent, expired, revoked, effective_at, expires_at, created_at, features, source, reason'

export const decodeGrant = (row: GrantRow): LedgerGrant => ({
  id: fromUuid('grt', row.id),
  customer: fromUuid('cus', row.customer_id),
  kind: row.kind,
  priority: row.priority,
  amount: BigInt(row.amount),
  balance: BigInt(row.balance),
  spent: BigInt(row.spent),
  expired: BigInt(row.expired),
  revoked: BigInt(row.revoked),
  effectiveAtMs: row.effective_at.getTime(),
  expiresAtMs: row.expires_at?.getTime() ?? null,
  createdAtMs: row.created_at.getTime(),
  features: row.features,
  source: row.source,
  reason: row.reason,
})

/** A row of `balance_update` as the driver gives it. */
export interface BalanceUpdateRow {
  customer_id: string
  seq: string
  id: string
  grant_id: string
  delta: string
  balance_before: string
  balance_after: string
  cause: BalanceCause['kind']
  monetization_event_id: string | null
  usage_event_id: string | null
  corrects: string | null
  reason: string | null
  effective_at: Date
  recorded_at: Date
  previous_hash: string
  hash: string
}

export const BALANCE_UPDATE_COLUMNS =
  'customer_id, seq, id, grant_id, delta, balance_before, balance_after, cause, monetization_event_id, usage_event_id, corrects, reason, effective_at, recorded_at, previous_hash, hash'

export const decodeBalanceUpdate = (row: BalanceUpdateRow): BalanceUpdate => ({
  id: fromUuid('bal', row.id),
  customer: fromUuid('cus', row.customer_id),
  seq: Number(row.seq),
  grant: fromUuid('grt', row.grant_id),
  delta: BigInt(row.delta),
  balanceBefore: BigInt(row.balance_before),
  balanceAfter: BigInt(row.balance_after),
  cause: readCause(row),
  effectiveAtMs: row.effective_at.getTime(),
  recordedAtMs: row.recorded_at.getTime(),
  previousHash: row.previous_hash,
  hash: row.hash,
})

function readCause({ cause, monetization_event_id, usage_event_id, corrects, reason }: BalanceUpdateRow): BalanceCause {
  switch (cause) {
    case 'grant':
    case 'expiry':
      return { kind: cause }
    case 'charge':
      assert(monetization_event_id !== null, 'a charge names its monetization event')
      return { kind: cause, monetizationEvent: fromUuid('mon', monetization_event_id) }
    case 'revocation':
      return { kind: cause, reason: reason ?? '' }
    case 'debt':
      return { kind: cause, usageEvent: fromUuidOrNull('use', usage_event_id) }
    case 'correction':
      assert(corrects !== null, 'a correction names what it reverses')
      return { kind: cause, corrects: fromUuid('bal', corrects), reason: reason ?? '' }
  }
}
