import { appendUpdate } from '../../core/ledger/chain.ts'
import type { LedgerGrant, UsageEvent } from '../../core/settlement/events.ts'
import type { CustomerId } from '../../core/shared/ids.ts'
import type { CustomerState } from '../../core/waterfall/state.ts'
import type { CustomerStateStore } from '../../ports/customer-state.ts'
import type { DueWork, Maintenance, Readers } from '../../ports/readers.ts'
import type { SettlementStore } from '../../ports/settlement-store.ts'
import type { UsageReader } from '../../ports/usage-reader.ts'
import { sha256 } from '../system/hash.ts'
import type { TestClock } from '../system/test-clock.ts'
import { AT, bumped, commit, grantOf, newCustomer, nextId, replyOf } from './sample.ts'

/** All ports of one adapter over one database, and a clock that stands still. */
export interface World {
  readonly customers: CustomerStateStore
  readonly settlement: SettlementStore
  readonly readers: Readers
  readonly usage: UsageReader
  readonly due: DueWork
  readonly maintenance: Maintenance
  readonly clock: TestClock
  close(): Promise<void>
}

/** A new customer without anything to spend. */
export async function customerIn(
  world: World,
  change: { externalId?: string; name?: string } = {},
): Promise<CustomerId> {
  const draft = { ...newCustomer(), externalId: change.externalId ?? null, name: change.name ?? 'Ada' }
  await world.customers.create(draft)
  return draft.state.customer
}

/** Grants `amount`, in ledger and state, as one change. */
export async function fund(
  world: World,
  customer: CustomerId,
  amount: bigint,
  change: Partial<LedgerGrant> = {},
): Promise<LedgerGrant> {
  const state = grantOf(amount)
  const grant: LedgerGrant = {
    id: state.id,
    customer,
    kind: 'credits',
    priority: 0,
    amount,
    balance: amount,
    spent: 0n,
    expired: 0n,
    revoked: 0n,
    effectiveAtMs: AT,
    expiresAtMs: null,
    createdAtMs: AT,
    features: null,
    source: `test:${state.id}`,
    reason: 'test',
    ...change,
  }
  await world.customers.transact(customer, {
    idempotency: null,
    needs: { ledger: true },
    plan(snapshot) {
      if (snapshot.ledger === null) throw new Error('the ledger was asked for')
      const { update, head } = appendUpdate(
        snapshot.ledger.head,
        {
          id: nextId('bal'),
          grant: grant.id,
          delta: amount,
          balanceBefore: 0n,
          balanceAfter: amount,
          cause: { kind: 'grant' },
          effectiveAtMs: AT,
          recordedAtMs: AT,
        },
        sha256,
      )
      const after = { ...bumped(snapshot.state), grants: [...snapshot.state.grants, state] }
      return commit({ state: after, ledger: { head, updates: [update], grants: [grant] } }, replyOf('funded'))
    },
  })
  return grant
}

/** Records usage events of one change; `make` is given the state that the first of them belongs to. */
export async function use(
  world: World,
  customer: CustomerId,
  make: (state: CustomerState) => readonly UsageEvent[],
): Promise<readonly UsageEvent[]> {
  let made: readonly UsageEvent[] = []
  await world.customers.transact(customer, {
    idempotency: null,
    needs: {},
    plan({ state }) {
      made = make(bumped(state))
      const last = made.at(-1)
      if (last === undefined) throw new Error('usage without an event')
      return commit({ state: { ...state, version: last.version }, usageEvents: made }, replyOf('used'))
    },
  })
  return made
}
