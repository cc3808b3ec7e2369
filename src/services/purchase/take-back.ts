import type { NextStep } from '../../core/purchase/next-step.ts'
import type { Facts, Purchase, TakeBack } from '../../core/purchase/purchase.ts'
import { type MicroCredits, minAmount } from '../../core/shared/amount.ts'
import { assert } from '../../core/shared/assert.ts'
import type { BalanceUpdateId, GrantId } from '../../core/shared/ids.ts'
import type { IdempotencyKey } from '../../ports/customer-state.ts'
import { correctBalance } from '../credit/correct.ts'
import { type Forgone, forgoRevocation } from '../credit/forgo.ts'
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
  const { index } = step
  const planned = purchase.facts.takeBacks[index]
  const grant = purchase.facts.credited?.grant
  if (planned === undefined || grant === undefined) return null
  const upTo = leftOf(planned)
  const result = await revokeCredits(engine, {
    customer: purchase.customer,
    grant,
    upTo,
    reason: reasonOf(purchase, index),
    actor: ACTOR,
    idempotency: revocationOf(engine, purchase, { index, grant, planned }),
  })
  if (result.kind !== 'done') return null
  const said = result.reply.status === 200 ? (JSON.parse(result.reply.body) as Revoked) : NOTHING
  // somebody who gives it back was faster: what is theirs to do may be unfinished
  if (said.forgone === true) return giveBack(engine, purchase, index)
  const revoked = BigInt(said.revoked)
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

interface Revoked {
  readonly revoked: string
  readonly forgone?: Forgone['forgone']
}
const NOTHING: Revoked = { revoked: '0' }

const leftOf = ({ amount, taken }: TakeBack): MicroCredits => amount - minAmount(taken, amount)

/** Names the one revocation that may follow while so much is written down as taken. */
const revocationOf = (
  engine: PurchaseEngine,
  { id }: Purchase,
  { index, grant, planned }: { readonly index: number; readonly grant: GrantId; readonly planned: TakeBack },
): IdempotencyKey =>
  idempotencyOf(engine, {
    operation: 'purchase.take_back',
    key: `${id}/${index}/${planned.taken}`,
    input: { grant, upTo: `${leftOf(planned)}` },
  })

/** How far back in a grant's history its revocations are looked for. */
const PAGES = 100
const PAGE = 200
/** Clocks of processes differ by less. */
const SKEW_MS = 60_000

/**
 * A dispute was won, or a return failed: each revocation that it caused is reversed by a new entry that names it. The next
 * one is forgone first, so that none comes after those that are found, from a process that has not heard of it yet.
 */
export async function giveBack(engine: PurchaseEngine, purchase: Purchase, index: number): Promise<Purchase | null> {
  const { customer } = purchase
  const grant = purchase.facts.credited?.grant
  const planned = purchase.facts.takeBacks[index]
  if (grant === undefined || planned === undefined) return null
  const next = await forgoRevocation(engine, {
    customer,
    idempotency: revocationOf(engine, purchase, { index, grant, planned }),
  })
  if (next.kind !== 'done') return null
  const reason = reasonOf(purchase, index)
  const why = planned.cause === 'dispute' ? 'dispute won' : 'refund failed'
  const sinceMs = planned.plannedAtMs - SKEW_MS
  for (const update of await revocationsFor(engine, { customer, grant, reason, sinceMs })) {
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
      // more was taken meanwhile: what follows it has to be forgone too
      return now === undefined || now.returned || now.taken !== planned.taken
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
  wanted: { customer: string; grant: string; reason: string; sinceMs: number },
): Promise<readonly BalanceUpdateId[]> {
  const found: BalanceUpdateId[] = []
  let cursor: string | null = null
  for (let page = 0; page < PAGES; page += 1) {
    const { customer, grant } = wanted
    const { items, nextCursor } = await engine.readers.balanceUpdates({ customer, grant, cursor, limit: PAGE })
    for (const { id, cause } of items) {
      if (cause.kind === 'revocation' && cause.reason === wanted.reason) found.push(id)
    }
    const oldest = items.at(-1)
    if (nextCursor === null || oldest === undefined || oldest.recordedAtMs < wanted.sinceMs) return found
    cursor = nextCursor
  }
  assert(false, `more than ${PAGES * PAGE} balance updates since a take-back was planned`)
}

const withTakeBack = (facts: Facts, index: number, changed: TakeBack): Facts => ({
  ...facts,
  takeBacks: facts.takeBacks.map((one, at) => (at === index ? changed : one)),
})
