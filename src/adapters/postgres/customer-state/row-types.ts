import type pg from 'pg'

/** Oids of the row types that a batch is sent as; they differ from database to database. */
export interface RowTypes {
  readonly idempotency_entry: number
  readonly subject_state: number
  readonly hold: number
  readonly decision: number
  readonly usage_event: number
}

const TABLES = ['idempotency_entry', 'subject_state', 'hold', 'decision', 'usage_event'] as const

const known = new WeakMap<pg.ClientBase, Promise<RowTypes>>()

/** Asked once a connection. */
export function rowTypesOf(client: pg.ClientBase): Promise<RowTypes> {
  let types = known.get(client)
  if (types === undefined) {
    types = ask(client)
    known.set(client, types)
  }
  return types
}

async function ask(client: pg.ClientBase): Promise<RowTypes> {
  const columns = TABLES.map((table) => `'${table}'::regtype::oid::int8::float8 AS ${table}`).join(', ')
  const { rows } = await client.query<{ [K in keyof RowTypes]: number }>(`SELECT ${columns}`)
  return rows[0] as RowTypes
}
