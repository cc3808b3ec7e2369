import type { ClientBase } from 'pg'

/** Oids of the row types that a settled batch is sent as; they differ from database to database. */
export interface LedgerRowTypes {
  readonly monetization_event: number
  readonly balance_update: number
  readonly ledger_head: number
}

const ASK = ['monetization_event', 'balance_update', 'ledger_head']
  .map((table) => `'${table}'::regtype::oid::int8::float8 AS ${table}`)
  .join(', ')

const known = new WeakMap<ClientBase, LedgerRowTypes>()

/** Asked once a connection. */
export async function rowTypesOf(client: ClientBase): Promise<LedgerRowTypes> {
  const types = known.get(client)
  if (types !== undefined) return types
  const { rows } = await client.query<{ [K in keyof LedgerRowTypes]: number }>(`SELECT ${ASK}`)
  const asked = rows[0] as LedgerRowTypes
  known.set(client, asked)
  return asked
}
