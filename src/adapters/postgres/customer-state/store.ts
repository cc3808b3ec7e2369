import type { Pool, PoolClient } from 'pg'
import type { CustomerId } from '../../../core/shared/ids.ts'
import {
  type CustomerStateStore,
  type RenderAnswer,
  StoreUnavailable,
  type TransactResult,
} from '../../../ports/customer-state.ts'
import { pipelinedPool } from '../pool.ts'
import { KeyTaken, runAlone } from './alone.ts'
import { type Call, nameOf } from './call.ts'
import { createCustomer } from './create.ts'
import { faultOf, unavailable } from './faults.ts'
import { Lane } from './lane.ts'
import { RecentReplies, repeated } from './replies.ts'

export interface CustomerStateOptions {
  /** Connections that commit batches; customers are spread over them by id. */
  readonly lanes: number
  /** Most calls in one commit. */
  readonly batch: number
  /** Most calls waiting, per lane: about a second's work. */
  readonly queue: number
  /** Most customers remembered, per lane. */
  readonly customers: number
  /** Of them those whose states stay ready as objects, per lane: enough for the few who ask much more than others. */
  readonly awake: number
  /** Connections for calls that go alone. */
  readonly alone: number
  /** Makes answers that follow from their decision again. Null: they are kept as they were sent, which costs more. */
  readonly render: RenderAnswer | null
}

const DEFAULTS: CustomerStateOptions = {
  lanes: 1,
  batch: 1_000,
  queue: 20_000,
  customers: 100_000,
  awake: 32,
  alone: 2,
  render: null,
}
/** Two generations of this size: some seconds of full load. */
const REPLIES = { entries: 20_000, bytes: 24 * 2 ** 20 }
const RETRY_AFTER_MS = 1_000
const ATTEMPTS = 3
/** Calls going alone at once; each waits for one of few connections. */
const MOST_ALONE = 1_000

export interface PostgresCustomerState extends CustomerStateStore {
  /** Answers what was accepted, then disconnects. */
  close(): Promise<void>
}

/**
 * "Memory is a hint, versions are the law": what a process remembers of a customer decides, and one statement commits a
 * whole batch if every version it relied on still holds. Any process may serve any customer; sending a customer to the
 * same one is only a matter of speed.
 */
export function postgresCustomerState(url: string, options: Partial<CustomerStateOptions> = {}): PostgresCustomerState {
  const { lanes: laneCount, batch, queue, customers, awake, alone, render } = { ...DEFAULTS, ...options }
  const replies = new RecentReplies(REPLIES)
  const running = new Map<string, string>()
  const pool = pipelinedPool(url, alone)
  const goingAlone = new Set<Promise<void>>()
  const lanes = Array.from(
    { length: laneCount },
    () => new Lane({ url, replies, render, batch, queue, customers, awake, alone: goAlone }),
  )
  let closed = false

  function laneOf(customer: CustomerId): Lane {
    // The last digits of a UUIDv7 are random.
    return lanes[Number.parseInt(customer.slice(-6), 16) % laneCount] as Lane
  }

  function goAlone(call: Call): boolean {
    if (goingAlone.size >= MOST_ALONE) {
      call.resolve({ kind: 'overloaded', retryAfterMs: RETRY_AFTER_MS })
      return true
    }
    const work = runInPool(pool, call, render).then(
      (result) => {
        laneOf(call.customer).forget(call.customer)
        call.resolve(result)
      },
      (error: unknown) => call.reject(faultOf(error) === 'refused' ? error : unavailable(error)),
    )
    goingAlone.add(work)
    void work.finally(() => goingAlone.delete(work))
    return true
  }

  return {
    transact(customer, operation) {
      if (closed) return Promise.reject(new StoreUnavailable('the store is closed'))
      const name = nameOf(customer, operation)
      const { idempotency } = operation
      if (name !== null && idempotency !== null) {
        const known = replies.recall(name)
        if (known !== undefined) return Promise.resolve(repeated(known, idempotency))
        const earlier = running.get(name)
        if (earlier !== undefined)
          return Promise.resolve({ kind: earlier === idempotency.fingerprint ? 'in_flight' : 'key_reused' })
        running.set(name, idempotency.fingerprint)
      }
      return new Promise<TransactResult>((resolve, reject) => {
        const call: Call = {
          customer,
          operation,
          name,
          needs: operation.needs,
          rounds: 0,
          resolve(result) {
            if (name !== null) running.delete(name)
            resolve(result)
          },
          reject(error) {
            if (name !== null) running.delete(name)
            reject(error)
          },
        }
        const accepted = operation.needs.ledger === true ? goAlone(call) : laneOf(customer).add(call)
        if (!accepted) call.resolve({ kind: 'overloaded', retryAfterMs: RETRY_AFTER_MS })
      })
    },

    async create(customer) {
      try {
        return await withClient(pool, (client) => createCustomer(client, customer))
      } catch (error) {
        throw faultOf(error) === 'refused' ? error : unavailable(error)
      }
    },

    async close() {
      closed = true
      await Promise.all(lanes.map((lane) => lane.close()))
      await Promise.all(goingAlone)
      await pool.end()
    },
  }
}

async function runInPool(pool: Pool, call: Call, render: RenderAnswer | null): Promise<TransactResult> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await withClient(pool, (client) => runAlone(client, call, render))
    } catch (error) {
      const conflict = error instanceof KeyTaken || faultOf(error) === 'conflict'
      if (!conflict) throw error
      if (attempt === ATTEMPTS) throw unavailable(error)
    }
  }
}

/** A connection that failed for want of an answer is not used again. */
async function withClient<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  try {
    const result = await work(client)
    client.release()
    return result
  } catch (error) {
    client.release(faultOf(error) === 'unavailable')
    throw error
  }
}
