/** What a batch has to write: its statement holds these parts and no others, so that a lone call pays for little. */
export interface Parts {
  /** `known new`: no key of the batch was used before, or the statement fails as a whole. Looking them up costs more. */
  readonly keys: 'none' | 'known new' | 'look up'
  readonly states: boolean
  readonly checks: boolean
  readonly subjects: boolean
  readonly holds: boolean
  readonly decisions: boolean
  readonly usage: boolean
  /** Does it build on the batch before it? */
  readonly relying: boolean
  /** May the batch behind it build on it? */
  readonly named: boolean
}

/** Parameters of a part, in the order in which the statement names them. */
export const PARAMETERS = {
  states: 7,
  checks: 2,
  keys: 1,
  subjects: 1,
  holds: 1,
  decisions: 1,
  usage: 4,
  relying: 2,
  named: 1,
} as const

export interface Statement {
  /** Under which the connection keeps it prepared. */
  readonly name: string
  readonly text: string
}

const prepared = new Map<string, Statement>()

/**
 * The statement that commits a batch: one of a few dozen, made when it is first needed. It replaces the states whose
 * version is still the one seen and adds the rows that come with them. Its one row holds the customers that were left
 * out, with everything of theirs, or null: another process was faster, or one of their keys is used already.
 *
 * One statement of SQL and no function: a function's body is planned and started part by part, and PL/pgSQL copies each
 * array that it is given item by item; together that cost more than writing the rows.
 *
 * A batch may build on the one before it on the connection, which is not answered yet: if that one left anybody out, or
 * failed, then those who rely on it are left out here, whatever their versions say.
 *
 * `left_out` is read by every part, so the states are replaced, in the order of the array, before anything is added.
 */
export function commitSql(parts: Parts): Statement {
  const name = nameOf(parts)
  let statement = prepared.get(name)
  if (statement === undefined) {
    statement = { name, text: textOf(parts) }
    prepared.set(name, statement)
  }
  return statement
}

const nameOf = ({ keys, states, checks, subjects, holds, decisions, usage, relying, named }: Parts): string =>
  `commit ${keys === 'none' ? '' : keys === 'look up' ? 'L' : 'K'}${states ? 'S' : ''}${checks ? 'C' : ''}${subjects ? 'U' : ''}${holds ? 'H' : ''}${decisions ? 'D' : ''}${usage ? 'E' : ''}${relying ? 'R' : ''}${named ? 'N' : ''}`

function textOf({ keys, states, checks, subjects, holds, decisions, usage, relying, named }: Parts): string {
  let taken = 0
  const take = (part: keyof typeof PARAMETERS): readonly string[] =>
    Array.from({ length: PARAMETERS[part] }, () => `$${++taken}`)
  const steps: string[] = []
  const leftOut: string[] = []
  const stateArrays = states ? take('states') : []
  const checkArrays = checks ? take('checks') : []
  const [before = '', reliant = ''] = relying ? take('relying') : []
  const [keyRows = ''] = keys === 'none' ? [] : take('keys')
  const except: string[] = []

  if (relying) {
    steps.push(`stranded (customers) AS MATERIALIZED (SELECT CASE WHEN current_setting('${SETTING}', true) = ${before}
      THEN '{}' ELSE ${reliant}::uuid[] END)`)
    leftOut.push('(SELECT customers FROM stranded)')
    except.push('(SELECT customers FROM stranded)::uuid[]')
  }
  if (keys === 'look up') {
    steps.push(used(keyRows))
    leftOut.push('ARRAY(SELECT customer_id FROM used)')
    except.push('ARRAY(SELECT customer_id FROM used)')
  }
  if (checks) {
    steps.push(moved(checkArrays))
    leftOut.push('ARRAY(SELECT customer_id FROM moved)')
  }
  if (states) {
    steps.push(replaced(stateArrays, except))
    leftOut.push(notReplaced(`${stateArrays[0]}::uuid[]`))
  }
  steps.push(`left_out (customers) AS MATERIALIZED (SELECT ${leftOut.join(' || ')})`)
  if (keys !== 'none')
    steps.push(`keys_added AS (INSERT INTO idempotency_entry ${rowsOf('idempotency_entry', keyRows)})`)
  if (subjects) {
    const [rows = ''] = take('subjects')
    steps.push(`subjects_kept AS (INSERT INTO subject_state ${rowsOf('subject_state', rows)}
      ON CONFLICT (customer_id, subject) DO UPDATE SET doc = excluded.doc)`)
  }
  if (holds) {
    const [rows = ''] = take('holds')
    steps.push(`holds_kept AS (INSERT INTO hold ${rowsOf('hold', rows)} ON CONFLICT (id, customer_id) DO UPDATE
      SET status = excluded.status, expires_at = excluded.expires_at, captured = excluded.captured, doc = excluded.doc)`)
  }
  if (decisions) {
    const [rows = ''] = take('decisions')
    steps.push(`decisions_added AS (INSERT INTO decision ${rowsOf('decision', rows)})`)
  }
  if (usage) {
    const [rows = '', customers = '', firstEvent = '', at = ''] = take('usage')
    steps.push(`usage_added AS (INSERT INTO usage_event ${rowsOf('usage_event', rows)})`)
    steps.push(`noted AS (INSERT INTO due_note (customer_ids, first_event_id, recorded_at)
      SELECT array_agg(c), ${firstEvent}::uuid, ${at}::timestamptz FROM unnest(${customers}::uuid[]) AS c
      WHERE c <> ALL (${LEFT_OUT}) HAVING count(*) > 0)`)
  }
  const [name = ''] = named ? take('named') : []
  const whole = named ? `, set_config('${SETTING}', CASE WHEN customers = '{}' THEN ${name} ELSE '' END, false)` : ''
  return `WITH ${steps.join(',\n')}\nSELECT nullif(customers, '{}')${whole} FROM left_out`
}

/** Of the session: the name of its last batch, if that left nobody out. Taken back when the statement fails. */
const SETTING = 'spillway.batch'

const LEFT_OUT = '(SELECT customers FROM left_out)::uuid[]'

const rowsOf = (table: string, rows: string): string =>
  `SELECT r.* FROM unnest(${rows}::${table}[]) AS r WHERE r.customer_id <> ALL (${LEFT_OUT})`

/** LATERAL with OFFSET 0 pins a join to "for each item, look the row up", whatever the size of the table when it is planned. */
const used = (keyRows: string): string => `used AS MATERIALIZED (
  SELECT k.customer_id FROM unnest(${keyRows}::idempotency_entry[]) AS k
  CROSS JOIN LATERAL (SELECT FROM idempotency_entry AS i
    WHERE i.customer_id = k.customer_id AND i.operation = k.operation AND i.key = k.key OFFSET 0) AS u)`

/** Customers that only answers or denials were made for: nothing of theirs changes, but the version must still hold. */
const moved = ([customers = '', versions = '']: readonly string[]): string => `moved AS MATERIALIZED (
  SELECT c.customer_id FROM unnest(${customers}::uuid[], ${versions}::bigint[]) AS c (customer_id, version)
  CROSS JOIN LATERAL (SELECT FROM customer_state AS s WHERE s.customer_id = c.customer_id AND s.version <> c.version OFFSET 0) AS m)`

/**
 * The inner look-up finds where each row is and the update goes there, which pins this join as well: with one row
 * expected (hence the condition that always holds), no plan is cheaper. A row that has moved since has another version.
 */
const replaced = (
  [customers = '', seen = '', versions = '', available = '', held = '', debt = '', docs = '']: readonly string[],
  except: readonly string[],
): string => `replaced AS (
  UPDATE customer_state AS s
  SET version = u.version, available = u.available, held = u.held, debt = u.debt, doc = u.doc
  FROM (
    SELECT u.*, at.tid
    FROM unnest(${customers}::uuid[], ${seen}::bigint[], ${versions}::bigint[], ${available}::bigint[], ${held}::bigint[], ${debt}::bigint[], ${docs}::text[])
      AS u (customer_id, seen, version, available, held, debt, doc)
    CROSS JOIN LATERAL (SELECT c.ctid AS tid FROM customer_state AS c
      WHERE c.customer_id = u.customer_id AND c.version = u.seen OFFSET 0) AS at
    WHERE u.version > u.seen${except.map((customersOut) => ` AND u.customer_id <> ALL (${customersOut})`).join('')}) AS u
  WHERE s.ctid = u.tid AND s.version = u.seen
  RETURNING s.customer_id)`

const notReplaced = (customers: string): string => `CASE
    WHEN (SELECT count(*) FROM replaced) = cardinality(${customers}) THEN '{}'::uuid[]
    ELSE ARRAY(SELECT c FROM unnest(${customers}) AS c WHERE c <> ALL (ARRAY(SELECT customer_id FROM replaced))) END`
