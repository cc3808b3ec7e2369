import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { draw, newCustomer } from '../../src/adapters/conformance/sample.ts'
import { toUuid } from '../../src/adapters/postgres/codec/ids.ts'
import { type PostgresCustomerState, postgresCustomerState } from '../../src/adapters/postgres/customer-state/store.ts'
import { StoreUnavailable, type TransactResult } from '../../src/ports/customer-state.ts'
import { cloneDatabase } from '../postgres.ts'
import { type Proxy, proxyTo, type Weather } from './proxy.ts'

let proxy: Proxy
let store: PostgresCustomerState
let direct: pg.Client
let customer: string

beforeAll(async () => {
  const url = await cloneDatabase(inject('template'))
  proxy = await proxyTo(url)
  store = postgresCustomerState(proxy.url)
  direct = new pg.Client(url)
  await direct.connect()
})
afterAll(async () => {
  proxy.weather('clear')
  await store.close()
  await proxy.close()
  await direct.end()
})
beforeEach(async () => {
  const draft = newCustomer(10n)
  await patiently(() => store.create(draft))
  customer = draft.state.customer
})

/** What a caller does: the same key again until there is an answer. */
async function patiently<T>(call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call()
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || attempt === 200) throw error
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
  }
}

const events = async (): Promise<number> =>
  (await direct.query('SELECT count(*)::int AS n FROM usage_event WHERE customer_id = $1', [toUuid(customer)])).rows[0]
    .n

describe.each<{ weather: Weather; happened: number }>([
  { weather: 'cut before the database sees it', happened: 0 },
  { weather: 'cut before the answer arrives', happened: 1 },
])('a connection that is $weather', ({ weather, happened }) => {
  test('gives an error, and the same key one effect and one answer', async () => {
    await store.transact(customer, draw('first', 1n))
    proxy.weather(weather)
    await expect(store.transact(customer, draw('k', 2n))).rejects.toBeInstanceOf(StoreUnavailable)
    proxy.weather('clear')
    await expect.poll(events).toBe(1 + happened)
    const answer = await patiently(() => store.transact(customer, draw('k', 2n)))
    expect(answer).toMatchObject({ kind: 'done', replayed: happened === 1, reply: { status: 200 } })
    expect(await events()).toBe(2)
    expect(await store.transact(customer, draw('k', 2n))).toEqual({ ...answer, replayed: true })
  })

  test('harms no call of a batch more than by an error', async () => {
    proxy.weather(weather)
    const keys = Array.from({ length: 8 }, (_, i) => `k${i}`)
    const results = await Promise.allSettled(keys.map((key) => store.transact(customer, draw(key, 1n))))
    expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['rejected']))
    proxy.weather('clear')
    const answers = await Promise.all(keys.map((key) => patiently(() => store.transact(customer, draw(key, 1n)))))
    expect(answers.map((answer: TransactResult) => answer.kind)).toEqual(keys.map(() => 'done'))
    expect(await events()).toBe(8)
  })
})

test('packets that vanish give an error, not a hang', async () => {
  await store.transact(customer, draw('first', 1n))
  proxy.weather('swallow everything')
  await expect(store.transact(customer, draw('k', 1n))).rejects.toBeInstanceOf(StoreUnavailable)
  proxy.weather('clear')
  expect(await patiently(() => store.transact(customer, draw('k', 1n)))).toMatchObject({ kind: 'done' })
  expect(await events()).toBe(2)
})

test('a row that a frozen process holds gives an error at the lock timeout, and is free when that process is gone', async () => {
  await store.transact(customer, draw('first', 1n))
  await direct.query('BEGIN')
  await direct.query('SELECT 1 FROM customer_state WHERE customer_id = $1 FOR UPDATE', [toUuid(customer)])
  await expect(store.transact(customer, draw('k', 1n))).rejects.toBeInstanceOf(StoreUnavailable)
  await direct.query('ROLLBACK')
  expect(await patiently(() => store.transact(customer, draw('k', 1n)))).toMatchObject({
    kind: 'done',
    replayed: false,
  })
})

test('a call that goes alone, cut off after its commit, happens once', async () => {
  const alone = { ...draw('k', 1n), needs: { ledger: true } }
  proxy.weather('cut before the answer arrives')
  await expect(store.transact(customer, alone)).rejects.toBeInstanceOf(StoreUnavailable)
  proxy.weather('clear')
  const answer = await patiently(() => store.transact(customer, alone))
  expect(answer).toMatchObject({ kind: 'done', reply: { status: 200 } })
  expect(await patiently(() => store.transact(customer, alone))).toEqual({ ...answer, replayed: true })
  expect(await events()).toBe(1)
})
