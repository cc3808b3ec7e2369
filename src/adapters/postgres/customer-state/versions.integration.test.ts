import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { cloneDatabase } from '../../../../tests/postgres.ts'
import type { TransactResult } from '../../../ports/customer-state.ts'
import {
  bumped,
  commit,
  draw,
  grantOf,
  holdOf,
  lookAt,
  newCustomer,
  replyOf,
  usageEventOf,
} from '../../conformance/sample.ts'
import { toUuid } from '../codec/ids.ts'
import { type PostgresCustomerState, postgresCustomerState } from './store.ts'

let url: string
let here: PostgresCustomerState
let there: PostgresCustomerState
let db: pg.Client

/** Two stores stand for two processes: neither knows what the other remembers. */
beforeAll(async () => {
  url = await cloneDatabase(inject('template'))
  here = postgresCustomerState(url)
  there = postgresCustomerState(url)
  db = new pg.Client(url)
  await db.connect()
})
afterAll(async () => {
  await Promise.all([here.close(), there.close(), db.end()])
})

async function customerWith(available: bigint): Promise<string> {
  const draft = newCustomer(available)
  await here.create(draft)
  return draft.state.customer
}

const body = (result: TransactResult) => (result.kind === 'done' ? JSON.parse(result.reply.body) : result)
const available = (store: PostgresCustomerState, customer: string) =>
  store
    .transact(customer, {
      ...lookAt(() => {}),
      plan: ({ state }) => ({
        kind: 'answer',
        reply: replyOf(Number(state.grants.reduce((sum, grant) => sum + grant.available, 0n))),
      }),
    })
    .then(body)

const topUp = (amount: bigint) =>
  ({
    idempotency: null,
    needs: {},
    plan: ({ state }) => commit({ state: { ...bumped(state), grants: [grantOf(amount)] } }, replyOf('added')),
  }) satisfies Parameters<PostgresCustomerState['transact']>[1]

describe('what another process changed is seen at once', () => {
  test('by a change', async () => {
    const customer = await customerWith(10n)
    await here.transact(customer, draw('a', 4n))
    await there.transact(customer, draw('b', 4n))
    expect(body(await here.transact(customer, draw('c', 4n)))).toMatchObject({ outcome: 'denied' })
    expect(body(await here.transact(customer, draw('d', 2n)))).toMatchObject({ outcome: 'allowed', left: '0' })
  })

  test('by a denial: credits that were added elsewhere count', async () => {
    const customer = await customerWith(1n)
    expect(body(await here.transact(customer, draw('a', 5n)))).toMatchObject({ outcome: 'denied' })
    await there.transact(customer, topUp(5n))
    expect(body(await here.transact(customer, draw('b', 5n)))).toMatchObject({ outcome: 'allowed' })
  })

  test('by an answer that writes nothing', async () => {
    const customer = await customerWith(1n)
    expect(await available(here, customer)).toBe(1)
    await there.transact(customer, topUp(7n))
    expect(await available(here, customer)).toBe(7)
  })

  test('by a key', async () => {
    const customer = await customerWith(10n)
    const first = await here.transact(customer, draw('a', 4n))
    expect(await there.transact(customer, draw('a', 4n))).toEqual({ ...first, replayed: true })
    expect(await there.transact(customer, draw('a', 5n))).toEqual({ kind: 'key_reused' })
  })

  test('by the key of a denial, which moves no version', async () => {
    const customer = await customerWith(1n)
    await available(there, customer)
    const first = await here.transact(customer, draw('a', 4n))
    expect(await there.transact(customer, draw('a', 4n))).toEqual({ ...first, replayed: true })
  })

  test('in holds and subject rows', async () => {
    const customer = await customerWith(0n)
    const hold = holdOf(customer)
    const needs = { holds: [hold.id], subjects: ['s:ada'], openHolds: true }
    const see = async (store: PostgresCustomerState) => {
      let seen: unknown
      await store.transact(
        customer,
        lookAt(
          ({ holds, subjects, openHolds }) => (seen = [holds.size, subjects.get('s:ada')?.caps, openHolds?.length]),
          needs,
        ),
      )
      return seen
    }
    expect(await see(here)).toEqual([0, {}, 0])
    const row = { subject: 's:ada', guards: {}, caps: { day: { startMs: 1, used: 2n } } }
    await there.transact(customer, {
      idempotency: null,
      needs: {},
      plan: ({ state }) => commit({ state: bumped(state), holds: [hold], subjects: [row] }, replyOf('placed')),
    })
    expect(await see(here)).toEqual([1, row.caps, 1])
  })
})

describe('one bad call harms nobody else', () => {
  test('of the same customer or another, when the database refuses its rows', async () => {
    const [customer, other] = [await customerWith(10n), await customerWith(10n)]
    const below = {
      ...draw('bad', 1n),
      plan: ({ state }: { state: ReturnType<typeof newCustomer>['state'] }) =>
        commit({ state: { ...bumped(state), grants: [{ ...grantOf(0n), available: -1n }] } }, replyOf('never')),
    }
    const nul = {
      ...draw('nul', 1n),
      idempotency: { operation: 'decisions', key: 'n\u0000l', fingerprint: '0'.repeat(32) },
    }
    const results = await Promise.allSettled([
      here.transact(customer, draw('a', 1n)),
      here.transact(customer, below),
      here.transact(other, nul),
      here.transact(other, draw('b', 1n)),
      here.transact(customer, draw('c', 1n)),
    ])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled', 'fulfilled'])
    expect([await available(there, customer), await available(there, other)]).toEqual([8, 9])
  })

  test('and may be sent again', async () => {
    const customer = await customerWith(10n)
    const twice = { ...usageEventOf({ ...newCustomer().state, customer, version: 2 }, 1n), cost: -1n }
    const bad = {
      ...draw('k', 1n),
      plan: ({ state }: { state: ReturnType<typeof newCustomer>['state'] }) =>
        commit({ state: bumped(state), usageEvents: [twice] }, replyOf('never')),
    }
    await expect(here.transact(customer, bad)).rejects.toThrow('usage_event_cost')
    expect(await here.transact(customer, draw('k', 1n))).toMatchObject({ kind: 'done', replayed: false })
  })
})

test('says that it is overloaded instead of queueing without end', async () => {
  const small = postgresCustomerState(url, { lanes: 1, batch: 1, queue: 3 })
  const customer = await customerWith(10n)
  const results = await Promise.all(Array.from({ length: 6 }, (_, i) => small.transact(customer, draw(`k${i}`, 1n))))
  await small.close()
  expect(results.map(({ kind }) => kind)).toEqual(['done', 'done', 'done', 'overloaded', 'overloaded', 'overloaded'])
  expect(await available(here, customer)).toBe(7)
})

test('remembers few customers and few replies, and is right all the same', async () => {
  const forgetful = postgresCustomerState(url, { lanes: 1, customers: 2 })
  const customers = await Promise.all(Array.from({ length: 5 }, () => customerWith(3n)))
  for (const round of [0, 1, 2])
    await Promise.all(customers.map((customer) => forgetful.transact(customer, draw(`k${round}`, 1n))))
  await forgetful.close()
  expect(await Promise.all(customers.map((customer) => available(here, customer)))).toEqual([0, 0, 0, 0, 0])
})

describe('the database itself refuses', () => {
  const AS_APPLICATION = 'SET LOCAL ROLE spillway_app'
  const attempt = async (setup: string, statement: string) => {
    await db.query('BEGIN')
    try {
      await db.query(setup)
      const { rowCount } = await db.query(statement)
      return `${rowCount} rows`
    } catch (error) {
      return (error as pg.DatabaseError).code
    } finally {
      await db.query('ROLLBACK')
    }
  }

  test.each(['decision', 'usage_event', 'monetization_event', 'balance_update', 'dead_letter'])(
    'to change or delete rows of %s',
    async (dataset) => {
      expect(await attempt(AS_APPLICATION, `UPDATE ${dataset} SET customer_id = customer_id`)).toBe('42501')
      expect(await attempt(AS_APPLICATION, `DELETE FROM ${dataset}`)).toBe('42501')
      expect(await attempt(AS_APPLICATION, `TRUNCATE ${dataset}`)).toBe('42501')
    },
  )

  test('to touch a partition behind its dataset', async () => {
    expect(await attempt(AS_APPLICATION, 'DELETE FROM usage_event_rest')).toBe('42501')
    expect(await attempt(AS_APPLICATION, 'DELETE FROM balance_update_0')).toBe('42501')
  })

  test('to show a reader any customer but the one it named', async () => {
    const [own, other] = [await customerWith(5n), await customerWith(5n)]
    for (const customer of [own, other]) await here.transact(customer, draw('k', 1n))
    const asReader = (customer: string) =>
      `SET LOCAL ROLE spillway_reader; SET LOCAL spillway.customer_id = '${customer}'`
    for (const table of ['customer_state', 'usage_event', 'decision']) {
      const theirs = `SELECT 1 FROM ${table} WHERE customer_id = '${toUuid(other)}'`
      expect(await attempt(asReader(toUuid(other)), theirs)).toBe('1 rows')
      expect(await attempt(asReader(toUuid(own)), theirs)).toBe('0 rows')
      expect(await attempt('SET LOCAL ROLE spillway_reader', `SELECT 1 FROM ${table}`)).toBe('0 rows')
    }
    expect(await attempt(asReader(toUuid(own)), 'SELECT 1 FROM idempotency_entry')).toBe('42501')
    expect(await attempt(asReader(toUuid(own)), 'SELECT 1 FROM usage_event_rest')).toBe('42501')
  })
})

test('makes daily partitions, once, and takes over what the rest partition held', async () => {
  const customer = await customerWith(5n)
  await here.transact(customer, draw('k', 1n))
  const count = async (table: string) =>
    (await db.query(`SELECT count(*)::int AS n FROM ${table} WHERE customer_id = $1`, [toUuid(customer)])).rows[0].n
  expect(await count('usage_event_rest')).toBe(1)
  const made = `SELECT spillway_ensure_partitions('2026-11-20', '2026-11-22') AS made`
  await db.query('BEGIN; SET LOCAL ROLE spillway_app')
  expect((await db.query(made)).rows).toEqual([{ made: 9 }])
  expect((await db.query(made)).rows).toEqual([{ made: 0 }])
  await db.query('COMMIT')
  expect([await count('usage_event_rest'), await count('usage_event_20261120'), await count('usage_event')]).toEqual([
    0, 1, 1,
  ])
  expect(await here.transact(customer, draw('later', 1n))).toMatchObject({ kind: 'done', reply: { status: 200 } })
})

test('a repetition in another process gets the first answer, also when its plan would only answer now', async () => {
  const customer = await customerWith(4n)
  const first = await here.transact(customer, draw('again', 4n))
  const closed = { ...draw('again', 4n), plan: () => ({ kind: 'answer', reply: replyOf('closed') }) as const }
  expect(await there.transact(customer, closed)).toEqual({ ...first, replayed: true })
  const other = { ...closed, idempotency: draw('again', 5n).idempotency }
  expect(await there.transact(customer, other)).toEqual({ kind: 'key_reused' })
})
