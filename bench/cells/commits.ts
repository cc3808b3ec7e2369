import pg from 'pg'
import { int8Array, textArray, uuidArray } from '../../src/adapters/postgres/arrays.ts'
import type { Ids } from '../../src/ports/system.ts'
import type { Cell } from '../cell.ts'
import { measure } from '../measure.ts'

const ROWS = 10_000
const CONNECTIONS = 64
const BATCH_ROWS = 500
const BATCH_CONNECTIONS = 2
/** About what a decision's largest columns hold. */
const TEXT = 'x'.repeat(600)

/** What this PostgreSQL gives without any engine, from the same process by the same driver. */
export async function commitCells(
  url: string,
  ids: Ids,
): Promise<{ cells: readonly Cell[]; close: () => Promise<void> }> {
  const clients = await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      const client = new pg.Client(url)
      await client.connect()
      return client
    }),
  )
  const [first] = clients as [pg.Client, ...pg.Client[]]
  await first.query('CREATE TABLE counter (id int PRIMARY KEY, value bigint NOT NULL) WITH (fillfactor = 50)')
  await first.query('INSERT INTO counter SELECT id, 0 FROM generate_series(1, $1::int) AS id', [ROWS])
  await first.query('CREATE TABLE event (customer uuid, id uuid, cost bigint, doc text, PRIMARY KEY (customer, id))')
  await first.query('VACUUM ANALYZE')

  const commitCell = (concurrency: number): Cell => ({
    name: `single-row commits ${concurrency}`,
    group: 'limits',
    unit: 'commits',
    without: 'everything but one updated row',
    measure(times) {
      let next = 0
      const free = clients.slice(0, concurrency)
      return measure(
        async () => {
          const client = free.pop() as pg.Client
          next = (next + 7_919) % ROWS
          await client.query({
            name: 'count',
            text: 'UPDATE counter SET value = value + 1 WHERE id = $1',
            values: [next + 1],
          })
          free.push(client)
        },
        { concurrency, ...times },
      )
    },
  })

  const insertCell: Cell = {
    name: `inserts in batches of ${BATCH_ROWS}`,
    group: 'limits',
    unit: 'rows',
    without: 'everything but inserted rows',
    measure(times) {
      const free = clients.slice(0, BATCH_CONNECTIONS)
      const rows = Array.from({ length: BATCH_ROWS }, () => TEXT)
      return measure(
        async () => {
          const client = free.pop() as pg.Client
          const atMs = Date.now()
          await client.query({
            name: 'insert',
            text: 'INSERT INTO event SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[])',
            values: [
              uuidArray(rows, () => ids.next('cus', atMs)),
              uuidArray(rows, () => ids.next('use', atMs)),
              int8Array(rows, () => 1n),
              textArray(rows, (text) => text),
            ],
          })
          free.push(client)
          return BATCH_ROWS
        },
        { concurrency: BATCH_CONNECTIONS, ...times },
      )
    },
  }

  return {
    cells: [commitCell(1), commitCell(CONNECTIONS), insertCell],
    async close() {
      await Promise.all(clients.map((client) => client.end()))
    },
  }
}
