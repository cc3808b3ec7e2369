import type { BalanceCause, BalanceUpdate, LedgerHead } from '../settlement/events.ts'
import type { CustomerId } from '../shared/ids.ts'
import { unreachable } from '../shared/assert.ts'

/** What the first balance update of a customer is chained to. */
export const GENESIS_HASH = '0'.repeat(64)

/** SHA-256 of a UTF-8 text as 64 hex digits; an argument, because the core has no cryptography of its own. */
export type HashText = (text: string) => string

export type UpdateDraft = Omit<BalanceUpdate, 'customer' | 'seq' | 'previousHash' | 'hash'>

/** The head of a customer whose ledger is empty. */
export function emptyHead(customer: CustomerId): LedgerHead {
  return { customer, seq: 0, hash: GENESIS_HASH, settledVersion: 0 }
}

function causeParts(cause: BalanceCause): readonly (string | null)[] {
  switch (cause.kind) {
    case 'grant':
    case 'expiry':
      return [cause.kind]
    case 'charge':
      return [cause.kind, cause.monetizationEvent]
    case 'revocation':
      return [cause.kind, cause.reason]
    case 'debt':
      return [cause.kind, cause.usageEvent]
    case 'correction':
      return [cause.kind, cause.corrects, cause.reason]
    default:
      return unreachable(cause)
  }
}

/**
 * The text that is hashed: a JSON array, so that no two updates share one text whatever their strings contain.
 * It holds everything of the update but its own hash; a new field must be added at the end.
 */
export function canonicalText(update: Omit<BalanceUpdate, 'hash'>): string {
  return JSON.stringify([
    update.previousHash,
    update.customer,
    update.seq,
    update.id,
    update.grant,
    update.delta.toString(),
    update.balanceBefore.toString(),
    update.balanceAfter.toString(),
    causeParts(update.cause),
    update.effectiveAtMs,
    update.recordedAtMs,
  ])
}

/** Chains one more update to the head; gives the update and the head after it. */
export function appendUpdate(
  head: LedgerHead,
  draft: UpdateDraft,
  hash: HashText,
): { update: BalanceUpdate; head: LedgerHead } {
  const update = { ...draft, customer: head.customer, seq: head.seq + 1, previousHash: head.hash, hash: '' }
  update.hash = hash(canonicalText(update))
  return { update, head: { ...head, seq: update.seq, hash: update.hash } }
}

export type ChainBreak = { readonly seq: number; readonly why: 'gap' | 'link' | 'hash' | 'arithmetic' | 'tail' }

/** Where a walk along the chain stands: enough to go on with the next page of updates. */
export type ChainPosition = Pick<LedgerHead, 'seq' | 'hash'>

export const CHAIN_START: ChainPosition = { seq: 0, hash: GENESIS_HASH }

/**
 * Walks updates in stored order from `from` and names the first break: a gap or repetition of `seq`, a link to another
 * predecessor, a hash that does not recompute, or `after` that is not `before + delta`.
 */
export function verifyChain(
  updates: readonly BalanceUpdate[],
  hash: HashText,
  from: ChainPosition = CHAIN_START,
): { ok: true; at: ChainPosition } | { ok: false; broken: ChainBreak } {
  let at = from
  for (const update of updates) {
    if (update.seq !== at.seq + 1) return { ok: false, broken: { seq: update.seq, why: 'gap' } }
    if (update.previousHash !== at.hash) return { ok: false, broken: { seq: update.seq, why: 'link' } }
    if (update.hash !== hash(canonicalText(update))) return { ok: false, broken: { seq: update.seq, why: 'hash' } }
    if (update.balanceAfter !== update.balanceBefore + update.delta) {
      return { ok: false, broken: { seq: update.seq, why: 'arithmetic' } }
    }
    at = { seq: update.seq, hash: update.hash }
  }
  return { ok: true, at }
}

/** Whether the chain ends where the head says: a deleted tail, or a head put back, is a break at the end. */
export function verifyTail(at: ChainPosition, head: ChainPosition): ChainBreak | null {
  return at.seq === head.seq && at.hash === head.hash ? null : { seq: at.seq, why: 'tail' }
}
