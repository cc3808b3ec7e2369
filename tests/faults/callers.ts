import pg from 'pg'
import { draw, newCustomer } from '../../src/adapters/conformance/sample.ts'
import type { CustomerId } from '../../src/core/shared/ids.ts'
import { type CustomerStateStore, StoreUnavailable } from '../../src/ports/customer-state.ts'

const CUSTOMERS = 50
const CLIENTS = 32
const EACH = 1_000_000n
const MOST_ATTEMPTS = 200
const PAUSE_MS = 25

/** Micro-credits and changes of all customers together; an answer is its bytes. */
export interface Account {
  readonly answers: ReadonlyMap<string, string>
  readonly changes: number
  readonly taken: number
  readonly used: number
}

/** Draw a micro-credit a call, each under a key of its own, and remember what they were told. */
export class Callers {
  private readonly store: CustomerStateStore
  private readonly customers: CustomerId[] = []
  private readonly answered = new Map<string, string>()
  /** Calls without an answer: whether they took place is unknown to who made them. */
  private readonly unknown: [CustomerId, string][] = []
  /** What was the matter, in the words of the database or its driver. */
  readonly faults = new Set<string>()
  private serial = 0

  private constructor(store: CustomerStateStore) {
    this.store = store
  }

  static async of(store: CustomerStateStore): Promise<Callers> {
    const callers = new Callers(store)
    for (let i = 0; i < CUSTOMERS; i++) {
      const draft = newCustomer(EACH)
      await store.create(draft)
      callers.customers.push(draft.state.customer)
    }
    return callers
  }

  get answerCount(): number {
    return this.answered.size
  }

  /** Some at once; ends when each of them has met a store that was not available. */
  async callUntilUnavailable(): Promise<void> {
    await Promise.all(Array.from({ length: CLIENTS }, () => this.oneUntilUnavailable()))
  }

  /** Makes the calls that had no answer once more, under their keys, until they have one. */
  async repeatUnknown(): Promise<void> {
    for (const [customer, key] of this.unknown.splice(0)) {
      for (let attempt = 1; !(await this.call(customer, key)); attempt++) {
        if (attempt === MOST_ATTEMPTS) throw new Error(`never answered again: ${key}`)
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
      }
    }
  }

  /** What they were told: each answer by its key, and what these calls come to. */
  get told(): Account {
    const all = this.answered.size
    return { answers: this.answered, changes: all, taken: all, used: all }
  }

  /** The same of these customers, as the database has it. */
  async inDatabase(url: string): Promise<Account> {
    const db = new pg.Client(url)
    await db.connect()
    try {
      const mine = [this.customers.map((customer) => customer.slice(-32))]
      const { rows } = await db.query<{ key: string; answer: string }>(
        `SELECT i.key, d.answer FROM idempotency_entry i JOIN decision d ON d.customer_id = i.customer_id AND d.id = i.decision_id
          WHERE i.customer_id = ANY ($1::uuid[])`,
        mine,
      )
      const sums = await db.query<Omit<Account, 'answers'>>(
        `SELECT sum(version - 1)::int AS changes, sum(${EACH} - available)::int AS taken,
          (SELECT sum(cost)::int FROM usage_event WHERE customer_id = ANY ($1::uuid[])) AS used
          FROM customer_state WHERE customer_id = ANY ($1::uuid[])`,
        mine,
      )
      const [sum] = sums.rows
      if (sum === undefined) throw new Error('a sum is one row')
      return { answers: new Map(rows.map(({ key, answer }) => [key, answer])), ...sum }
    } finally {
      await db.end()
    }
  }

  private async oneUntilUnavailable(): Promise<void> {
    for (;;) {
      const n = this.serial++
      const customer = this.customers[n % CUSTOMERS] as CustomerId
      const key = `k${n}`
      if (await this.call(customer, key)) continue
      this.unknown.push([customer, key])
      return
    }
  }

  /** False: the store was not available. */
  private async call(customer: CustomerId, key: string): Promise<boolean> {
    try {
      const result = await this.store.transact(customer, draw(key, 1n))
      if (result.kind !== 'done') throw new Error(`not served: ${result.kind}`)
      this.answered.set(key, result.reply.body)
      return true
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error
      if (error.cause instanceof Error) this.faults.add(error.cause.message)
      return false
    }
  }
}
