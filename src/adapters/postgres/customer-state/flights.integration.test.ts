import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { cloneDatabase } from '../../../../tests/postgres.ts'
import type { Operation, TransactResult } from '../../../ports/customer-state.ts'
import { draw, newCustomer } from '../../conformance/sample.ts'
import { toUuid } from '../codec/ids.ts'
import { type PostgresCustomerState, postgresCustomerState } from './store.ts'

let url: string
let here: PostgresCustomerState
let there: PostgresCustomerState
let db: pg.Client
let planned: Map<string, number>

beforeAll(async () => {
  url = await cloneDatabase(inject('template'))
  here = postgresCustomerState(url, { lanes: 1 })
  there = postgresCustomerState(url, { lanes: 1 })
  db = new pg.Client(url)
  await db.connect()
})
afterAll(async () => {
  await Promise.all([here.close(), there.close(), db.end()])
})
beforeEach(() => {
  planned = new Map()
})

async function customerWith(available: bigint): Promise<string> {
  const draft = newCustomer(available)
  await here.create(draft)
  return draft.state.customer
}

/** Counts how often its plan runs: more than once means that it was decided again. */
function watched(key: string, amount = 1n): Operation {
  const operation = draw(key, amount)
  return {
    ...operation,
    plan(snapshot) {
      planned.set(key, (planned.get(key) ?? 0) + 1)
      return operation.plan(snapshot)
    },
  }
}

async function until(true_: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await true_())) await new Promise((resolve) => setImmediate(resolve))
}
const allPlanned = (...keys: string[]): Promise<void> => until(() => keys.every((key) => planned.has(key)))

const someoneWaits = (): Promise<void> =>
  until(async () => {
    const { rows } = await db.query(
      "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    )
    return rows.length > 0
  })

const outcome = (result: TransactResult) => (result.kind === 'done' ? JSON.parse(result.reply.body).outcome : result)
const rowOf = async (customer: string) =>
  (
    await db.query('SELECT version::int, available::int, doc FROM customer_state WHERE customer_id = $1', [
      toUuid(customer),
    ])
  ).rows[0]
const countOf = async (table: string, customer: string) =>
  (await db.query(`SELECT count(*)::int AS n FROM ${table} WHERE customer_id = $1`, [toUuid(customer)])).rows[0].n
const replace = (customer: string, { version, available, doc }: { version: number; available: number; doc: string }) =>
  db.query('UPDATE customer_state SET version = $2, available = $3, doc = $4 WHERE customer_id = $1', [
    toUuid(customer),
    version,
    available,
    doc,
  ])

/** Two batches of two calls for one customer, while `meanwhile` keeps the customer's row locked. */
async function twoBatches(customer: string, meanwhile: () => Promise<unknown>): Promise<TransactResult[]> {
  const end = await lockedBy(customer, meanwhile)
  const first = [here.transact(customer, watched('a')), here.transact(customer, watched('b'))]
  await allPlanned('a', 'b')
  await someoneWaits()
  const second = [here.transact(customer, watched('c')), here.transact(customer, watched('d'))]
  await allPlanned('c', 'd')
  await end()
  return Promise.all([...first, ...second])
}

async function lockedBy(customer: string, change: () => Promise<unknown>): Promise<() => Promise<unknown>> {
  await db.query('BEGIN')
  await db.query('SELECT 1 FROM customer_state WHERE customer_id = $1 FOR UPDATE', [toUuid(customer)])
  await change()
  return () => db.query('COMMIT')
}

describe('a batch builds on the one before it, which is not answered yet', () => {
  test('and nothing is decided twice', async () => {
    const customer = await customerWith(10n)
    await here.transact(customer, watched('before'))
    const results = await twoBatches(customer, async () => {})
    expect(results.map(outcome)).toEqual(['allowed', 'allowed', 'allowed', 'allowed'])
    expect([...planned.values()]).toEqual([1, 1, 1, 1, 1])
    expect(await rowOf(customer)).toMatchObject({ available: 5 })
    expect(await countOf('usage_event', customer)).toBe(5)
  })

  test('and falls with it, though another process wrote the very version that it expects', async () => {
    const customer = await customerWith(10n)
    await here.transact(customer, watched('before'))
    const before = await rowOf(customer)
    // What another process would leave that takes all there is in two steps, as many as the first batch has.
    await there.transact(customer, draw('x', 5n))
    await there.transact(customer, draw('y', 4n))
    const taken = await rowOf(customer)
    await replace(customer, before)

    const results = await twoBatches(customer, () => replace(customer, taken))
    expect(results.map(outcome)).toEqual(['denied', 'denied', 'denied', 'denied'])
    expect(await rowOf(customer)).toEqual(taken)
    expect(await countOf('usage_event', customer)).toBe(3)
  })

  test('and falls with it when that one fails as a whole', async () => {
    const [customer, other] = [await customerWith(10n), await customerWith(10n)]
    await here.transact(customer, watched('before'))
    const first = await there.transact(other, draw('used', 1n))
    const end = await lockedBy(customer, async () => {})
    const calls = [here.transact(customer, watched('a')), here.transact(other, watched('used'))]
    await allPlanned('a', 'used')
    await someoneWaits()
    calls.push(here.transact(customer, watched('b')), here.transact(customer, watched('c')))
    await allPlanned('b', 'c')
    await end()
    const [a, used, b, c] = await Promise.all(calls)
    expect(used).toEqual({ ...first, replayed: true })
    expect([a, b, c].map((result) => outcome(result as TransactResult))).toEqual(['allowed', 'allowed', 'allowed'])
    expect(['a', 'b', 'c'].map((key) => planned.get(key))).toEqual([2, 2, 2])
    expect(await rowOf(customer)).toMatchObject({ available: 6 })
    expect([await countOf('usage_event', customer), await countOf('usage_event', other)]).toEqual([4, 1])
  })

  test('a denial that rests on it is decided again as well', async () => {
    const customer = await customerWith(3n)
    await here.transact(customer, watched('before'))
    const before = await rowOf(customer)
    await there.transact(customer, draw('x', 1n))
    await there.transact(customer, draw('y', 0n))
    const rich = await rowOf(customer)
    await replace(customer, before)
    const end = await lockedBy(customer, () => replace(customer, rich))
    const calls = [here.transact(customer, watched('a', 1n)), here.transact(customer, watched('b', 1n))]
    await allPlanned('a', 'b')
    await someoneWaits()
    // Nothing is left after the first batch; after what happened instead, whoever comes first gets one.
    calls.push(here.transact(customer, watched('c', 1n)), here.transact(customer, watched('d', 1n)))
    await allPlanned('c', 'd')
    await end()
    expect((await Promise.all(calls)).map(outcome)).toEqual(['allowed', 'denied', 'denied', 'denied'])
    expect(['c', 'd'].map((key) => planned.get(key))).toEqual([2, 2])
    expect(await countOf('decision', customer)).toBe(7)
  })
})

test('two processes that press one customer give out what there is, once', async () => {
  const customer = await customerWith(300n)
  const press = async (store: PostgresCustomerState, name: string) => {
    const outcomes: string[] = []
    await Promise.all(
      Array.from({ length: 24 }, async (_, caller) => {
        for (let i = 0; i < 10; i++)
          outcomes.push(outcome(await store.transact(customer, draw(`${name}${caller}-${i}`, 1n))))
      }),
    )
    return outcomes
  }
  const outcomes = (await Promise.all([press(here, 'h'), press(there, 't')])).flat()
  expect(outcomes.filter((one) => one === 'allowed')).toHaveLength(300)
  expect(outcomes.filter((one) => one === 'denied')).toHaveLength(180)
  expect(await rowOf(customer)).toMatchObject({ available: 0 })
  expect([await countOf('usage_event', customer), await countOf('decision', customer)]).toEqual([300, 480])
})
