import { fork } from 'node:child_process'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { newCustomer } from '../../src/adapters/conformance/sample.ts'
import { toUuid } from '../../src/adapters/postgres/codec/ids.ts'
import { postgresCustomerState } from '../../src/adapters/postgres/customer-state/store.ts'
import { cloneDatabase } from '../postgres.ts'
import type { Answers, Task } from './worker.ts'

const BALANCE = 3_000n
const PRICE = 7n
const OTHERS = 20
const CALLS = 600

let url: string
let db: pg.Client
let hot: string
let others: string[]
let answers: readonly [Answers, Answers]

/** Two processes on one database: both want the hot customer's last credits, and they send each other's keys too. */
beforeAll(async () => {
  url = await cloneDatabase(inject('template'))
  db = new pg.Client(url)
  await db.connect()
  const drafts = Array.from({ length: OTHERS + 1 }, (_, i) => newCustomer(i === 0 ? BALANCE : 1_000_000n))
  const store = postgresCustomerState(url)
  for (const draft of drafts) await store.create(draft)
  await store.close()
  const [first, ...rest] = drafts.map((draft) => draft.state.customer)
  hot = first as string
  others = rest
  answers = await Promise.all([inProcess(1), inProcess(2)])
})

afterAll(() => db.end())

function inProcess(mark: number): Promise<Answers> {
  const calls = Array.from({ length: CALLS }, (_, i) => {
    // Every fifth key is sent by both processes.
    const key = i % 5 === 0 ? `both-${i}` : `own-${mark}-${i}`
    return { customer: i % 3 === 0 ? (others[i % OTHERS] as string) : hot, key, amount: Number(PRICE) }
  })
  const child = fork(new URL('./worker.ts', import.meta.url), { execArgv: ['--import', 'tsx'] })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`the worker ended with ${code}`)))
    child.on('message', (message: 'ready' | Answers) => {
      if (message === 'ready') child.send({ url, mark, calls } satisfies Task)
      else resolve(message)
    })
  })
}

const rows = async <R extends pg.QueryResultRow>(text: string, ...values: unknown[]): Promise<R[]> =>
  (await db.query<R>(text, values)).rows

test('admits exactly what the balance pays for', async () => {
  const [state] = await rows(
    'SELECT version::int, available::int FROM customer_state WHERE customer_id = $1',
    toUuid(hot),
  )
  const admitted = Number(BALANCE / PRICE)
  expect(state).toEqual({ version: 1 + admitted, available: Number(BALANCE % PRICE) })
})

test("leaves no gap and no repetition in any customer's versions", async () => {
  const broken = await rows(`SELECT s.customer_id FROM customer_state s LEFT JOIN usage_event e USING (customer_id)
    GROUP BY s.customer_id, s.version HAVING count(e.version) <> s.version - 1 OR count(DISTINCT e.version) <> s.version - 1`)
  expect(broken).toEqual([])
})

test('answers a key that both processes sent alike, with one effect', async () => {
  const [a, b] = answers.map((list) => new Map(list.map(({ key, body }) => [key, body])))
  const both = [...(a?.keys() ?? [])].filter((key) => key.startsWith('both-'))
  expect(both).toHaveLength(CALLS / 5)
  expect(both.map((key) => b?.get(key))).toEqual(both.map((key) => a?.get(key)))
  const [{ keys }] = (await rows<{ keys: number }>('SELECT count(*)::int AS keys FROM idempotency_entry')) as [
    { keys: number },
  ]
  const [{ decisions }] = (await rows<{ decisions: number }>('SELECT count(*)::int AS decisions FROM decision')) as [
    { decisions: number },
  ]
  expect([keys, decisions]).toEqual([2 * CALLS - CALLS / 5, 2 * CALLS - CALLS / 5])
})

test('keeps every answer that was given', async () => {
  const stored = await rows<{ key: string; answer: string }>(
    'SELECT i.key, d.answer FROM idempotency_entry i JOIN decision d ON d.customer_id = i.customer_id AND d.id = i.decision_id',
  )
  const byKey = new Map(stored.map(({ key, answer }) => [key, answer]))
  const lost = answers.flat().filter(({ key, body }) => byKey.get(key) !== body)
  expect(lost).toEqual([])
})

test('names every customer with unsettled usage in a due note, from its first event on', async () => {
  const unnamed = await rows(`SELECT e.customer_id, e.version FROM usage_event e
    WHERE NOT EXISTS (SELECT FROM due_note n WHERE e.customer_id = ANY (n.customer_ids) AND n.first_event_id <= e.id)`)
  expect(unnamed).toEqual([])
})
