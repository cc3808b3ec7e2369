import type { PoolClient } from 'pg'
import type { CustomerId } from '../../../core/shared/ids.ts'
import type { Backlog } from '../../../ports/settlement-store.ts'
import { lockFreeHeads } from '../ledger/head.ts'
import type { Stay } from './claim.ts'
import { type LoadBounds, loadBacklogs } from './load.ts'

/** Customers whose heads are locked at first; twice as many with each round that leaves room. */
const FIRST_ROUND = 250
/** How long a customer whose ledger somebody else was changing is left alone. */
const HELD_PAUSE_MS = 50

export interface Taken {
  readonly backlogs: readonly Backlog[]
  /** Customers that the batch had no room for, or whose head somebody else held. */
  readonly left: readonly Stay[]
}

/** Locks and loads customers, in id order, until the batch is full: no head is kept from others that is not worked on. */
export async function takeBacklogs(
  client: PoolClient,
  customers: readonly CustomerId[],
  bounds: LoadBounds,
): Promise<Taken> {
  const backlogs: Backlog[] = []
  const held: CustomerId[] = []
  const unreached: CustomerId[] = []
  let room = bounds.maxEvents
  let next = 0

  for (let size = FIRST_ROUND; next < customers.length && room > 0 && unreached.length === 0; size *= 2) {
    const round = customers.slice(next, next + size)
    next += round.length
    const heads = await lockFreeHeads(client, round)
    held.push(...heldOf(round, new Set(heads.map((head) => head.customer))))
    const loaded = await loadBacklogs(client, heads, { ...bounds, maxEvents: room })
    backlogs.push(...loaded.backlogs)
    unreached.push(...loaded.unreached)
    room -= loaded.backlogs.reduce((sum, { events }) => sum + events.length, 0)
  }
  unreached.push(...customers.slice(next))
  return {
    backlogs,
    left: [
      { customers: unreached, notBeforeMs: null },
      { customers: held, notBeforeMs: bounds.nowMs + HELD_PAUSE_MS },
    ],
  }
}

const heldOf = (round: readonly CustomerId[], free: ReadonlySet<CustomerId>): CustomerId[] =>
  round.filter((customer) => !free.has(customer))
