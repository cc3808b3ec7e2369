import type { NextStep } from '../../core/purchase/next-step.ts'
import type { Facts, Purchase, TakeBack } from '../../core/purchase/purchase.ts'
import type { BalanceUpdateId } from '../../core/shared/ids.ts'
import { correctBalance } from '../credit/correct.ts'
import { revokeCredits } from '../credit/revoke.ts'
import { idempotencyOf } from '../decision/idempotency.ts'
import { changePurchase } from './change.ts'
import type { PurchaseEngine } from './purchase-engine.ts'

const ACTOR = { kind: 'system', job: 'purchase' } as const

/** Revocations of one take-back are found again by it. */
const reasonOf = (purchase: Purchase, index: number): string => {
  const cause = purchase.facts.takeBacks[index]?.cause === 'dispute' ? 'disputed' : 'refunded'
  return `payment ${cause}: ${purchase.id}/${index}`
}

/**
 * Revokes what of a take-back is available in the grant, as a new entry of the ledger. What is held may come free and is
 * tried again; what was spent stays spent: no balance goes below zero for it, the loss is written on the purchase.
 */
export async function takeBack(
  engine: PurchaseEngine,
  purchase: Purchase,
  step: Extract<NextStep, { kind: 'take_back' }>,
): Promise<Purchase | null> {
  const { index, upTo } = step
  const planned = purchase.facts.takeBacks[index]
  const grant = purchase.facts.credited?.grant
  if (planned === undefined || grant === undefined) return null
  const key = `${purchase.id}/${index}/${planned.taken}`
  const result = await revokeCredits(engine, {
    customer: purchase.customer,
    grant,
    upTo,
    reason: reasonOf(purchase, index),
    actor: ACTOR,
    idempotency: idempotencyOf(engine, { operation: 'purchase.take_back', key, input: { grant, upTo: `${upTo}` } }),
  })
  if (result.kind !== 'done') return null
  const revoked =
    result.reply.status === 200 ? BigInt((JSON.parse(result.reply.body) as { revoked: string }).revoked) : 0n
  const left = await engine.readers.grant(grant)
  const taken = planned.taken + revoked
  const over = taken >= planned.amount || left === null || left.balance === 0n
  if (revoked === 0n && !over) return null
  const changed = await changePurchase(engine, purchase.id, {
    edit({ facts }) {
      const now = facts.takeBacks[index]
      if (now === undefined || now.taken !== planned.taken || now.closedAtMs !== null) return null
      return withTakeBack(facts, index, { ...now, taken, closedAtMs: over ? engine.clock.nowMs() : null })
    },
    event: null,
    audit: null,
  })
  return changed?.purchase ?? null
}

/** How far back in a grant's history its revocations are looked for. */
const PAGES = 20
const PAGE = 200

/** A dispute was won, or a return failed: each revocation that it caused is reversed by a new entry that names it. */
export async function giveBack(engine: PurchaseEngine, purchase: Purchase, index: number): Promise<Purchase | null> {
  const { customer } = purchase
  const grant = purchase.facts.credited?.grant
  if (grant === undefined) return null
  const reason = reasonOf(purchase, index)
  const why = purchase.facts.takeBacks[index]?.cause === 'dispute' ? 'dispute won' : 'refund failed'
  for (const update of await revocationsFor(engine, { customer, grant, reason })) {
    const result = await correctBalance(engine, {
      customer,
      grant,
      update,
      reason: `${why}: ${purchase.id}`,
      actor: ACTOR,
      idempotency: idempotencyOf(engine, { operation: 'purchase.give_back', key: update, input: { update } }),
    })
    const corrected = result.kind === 'done' && (result.reply.status === 201 || result.reply.status === 409)
    if (!corrected) return null
  }
  const changed = await changePurchase(engine, purchase.id, {
    edit({ facts }) {
      const now = facts.takeBacks[index]
      return now === undefined || now.returned
        ? null
        : withTakeBack(facts, index, { ...now, returned: true, closedAtMs: now.closedAtMs ?? engine.clock.nowMs() })
    },
    event: null,
    audit: null,
  })
  return changed?.purchase ?? null
}

async function revocationsFor(
  engine: PurchaseEngine,
  wanted: { customer: string; grant: string; reason: string },
): Promise<readonly BalanceUpdateId[]> {
  const found: BalanceUpdateId[] = []
  let cursor: string | null = null
  for (let page = 0; page < PAGES; page += 1) {
    const { customer, grant } = wanted
    const { items, nextCursor } = await engine.readers.balanceUpdates({ customer, grant, cursor, limit: PAGE })
    for (const { id, cause } of items) {
      if (cause.kind === 'revocation' && cause.reason === wanted.reason) found.push(id)
    }
    if (nextCursor === null) break
    cursor = nextCursor
  }
  return found
}

const withTakeBack = (facts: Facts, index: number, changed: TakeBack): Facts => ({
  ...facts,
  takeBacks: facts.takeBacks.map((one, at) => (at === index ? changed : one)),
})
