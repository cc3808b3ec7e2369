import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { draw, newCustomer } from '../../src/adapters/conformance/sample.ts'
import { postgresCustomerState } from '../../src/adapters/postgres/customer-state/store.ts'
import { type Embedded, startEmbedded } from '../../src/adapters/postgres/embedded/start.ts'
import { migrate } from '../../src/adapters/postgres/migrate.ts'
import { StoreUnavailable } from '../../src/ports/customer-state.ts'

const CUSTOMERS = 50
const CLIENTS = 32
const ROUNDS = 2
/** Answers after which the server is killed, each time at another place in its work. */
const ANSWERS_BEFORE_KILL = 400

let home: string
let server: Embedded

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'spillway-crash-'))
  server = await startEmbedded({ home })
  await migrate(server.url, 'prisma/migrations')
})
afterAll(async () => {
  await server.stop()
  rmSync(home, { recursive: true, force: true })
})

const killServer = (): void => {
  const pid = Number(readFileSync(join(server.dataDir, 'postmaster.pid'), 'utf8').split('\n')[0])
  process.kill(pid, 'SIGKILL')
}

test('kill -9 of the database under load loses nothing that was answered, and doubles nothing', async () => {
  const store = postgresCustomerState(server.url)
  const customers: string[] = []
  for (let i = 0; i < CUSTOMERS; i++) {
    const draft = newCustomer(1_000_000n)
    await store.create(draft)
    customers.push(draft.state.customer)
  }
  const answered = new Map<string, string>()
  const unknown: [string, string][] = []
  let serial = 0

  /** Calls until the server is gone; what has no answer by then is unknown to its caller. */
  const client = async (): Promise<void> => {
    for (;;) {
      const n = serial++
      const customer = customers[n % CUSTOMERS] as string
      const key = `k${n}`
      try {
        const result = await store.transact(customer, draw(key, 1n))
        if (result.kind !== 'done') throw new Error(`not served: ${result.kind}`)
        answered.set(key, result.reply.body)
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error
        unknown.push([customer, key])
        return
      }
    }
  }

  for (let round = 1; round <= ROUNDS; round++) {
    const until = answered.size + ANSWERS_BEFORE_KILL
    const clients = Array.from({ length: CLIENTS }, client)
    await expect.poll(() => answered.size >= until, { interval: 1, timeout: 20_000 }).toBe(true)
    killServer()
    await Promise.all(clients)
    await expect.poll(() => server.revive(), { interval: 50, timeout: 20_000 }).toBe('revived')
    for (const [customer, key] of unknown.splice(0))
      answered.set(key, await patiently(() => store.transact(customer, draw(key, 1n))))
  }
  await store.close()

  const db = new pg.Client(server.url)
  await db.connect()
  const { rows } = await db.query<{ key: string; answer: string }>(
    'SELECT i.key, d.answer FROM idempotency_entry i JOIN decision d ON d.customer_id = i.customer_id AND d.id = i.decision_id',
  )
  const sums = await db.query(`SELECT (SELECT sum(version - 1) FROM customer_state)::int AS changes,
    (SELECT sum(1000000 - available) FROM customer_state)::int AS taken, (SELECT sum(cost) FROM usage_event)::int AS used`)
  await db.end()
  expect(new Map(rows.map(({ key, answer }) => [key, answer]))).toEqual(answered)
  expect(sums.rows).toEqual([{ changes: answered.size, taken: answered.size, used: answered.size }])
}, 90_000)

async function patiently(
  call: () => ReturnType<ReturnType<typeof postgresCustomerState>['transact']>,
): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      const result = await call()
      return result.kind === 'done' ? result.reply.body : result.kind
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || attempt === 200) throw error
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
  }
}
