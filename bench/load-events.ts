import type { Pool, QueryConfig } from 'pg'
import { settleBatch } from '../src/services/settlement/settle.ts'
import { touchAll } from './cells/transact.ts'
import type { World } from './world.ts'

const DAYS = 30
const DAY_MS = 86_400_000
/** As long as the engine keeps keys. */
const KEY_DAYS = 7
/**
 * Up to here rows are whole and days vacuumed. Above, decisions of days whose keys are gone have short texts, which saves
 * ten gigabytes that nobody reads, and past days are left unvacuumed, which would write them once more.
 */
const MOST_WHOLE = 2_000_000

/**
 * Events of the past 30 days, `total` of each kind: every row repeats what the engine itself wrote for its customer, with
 * another id and time. A tenth are the first customer's, the rest all alike. Keys are there for the days they are kept.
 * A day is written whole, then gets its indexes and becomes a partition; today, which the engine has made already, is added to.
 */
export async function loadEvents(world: World, total: number): Promise<void> {
  const { pool, engine } = world
  await makeSamples(world)
  const nowMs = engine.clock.nowMs()
  const startMs = nowMs - DAYS * DAY_MS
  for (let dayMs = startMs - (startMs % DAY_MS); dayMs < nowMs; dayMs += DAY_MS) {
    const values = [dayMs, dayMs + DAY_MS, total, startMs, DAYS * DAY_MS]
    await Promise.all([
      ...Object.entries(DATASETS).map(([dataset, how]) => loadDay(world, { dataset, ...how, total, values })),
      dayMs < nowMs - KEY_DAYS * DAY_MS ? null : pool.query({ text: KEYS, values }),
    ])
  }
  await pool.query(total > MOST_WHOLE ? 'ANALYZE' : 'VACUUM ANALYZE')
  await pool.query('CHECKPOINT')
}

interface Day {
  readonly dataset: string
  readonly columns: string
  readonly from: string
  readonly total: number
  readonly values: readonly number[]
}

async function loadDay({ pool }: World, { dataset, columns, from, total, values }: Day): Promise<void> {
  const [dayMs = 0, , , startMs = 0] = values
  const short = total > MOST_WHOLE && dayMs < startMs + (DAYS - KEY_DAYS) * DAY_MS
  const source = short ? from.replace('seen, trace', "'[]', '[]'") : from
  const insert = (into: string) => ({
    text: `INSERT INTO ${into} (${columns}) SELECT ${source} FROM ${MADE}`,
    values: [...values],
  })
  await fillDay(pool, { dataset, dayMs, vacuumed: total <= MOST_WHOLE, insert })
}

interface DayToFill {
  readonly dataset: string
  readonly dayMs: number
  /** False: past days would have been vacuumed long ago, and it must not happen just while something is measured. */
  readonly vacuumed: boolean
  readonly insert: (into: string) => QueryConfig
}

/** Fills a day that is there already, or writes it as a table of its own, which then becomes the day's partition. */
export async function fillDay(pool: Pool, { dataset, dayMs, vacuumed, insert }: DayToFill): Promise<void> {
  const part = `${dataset}_${new Date(dayMs).toISOString().slice(0, 10).replaceAll('-', '')}`
  const client = await pool.connect()
  try {
    const { rows } = await client.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [part])
    if (rows[0]?.there === true) return void (await client.query(insert(dataset)))
    await client.query('BEGIN')
    const vacuum = vacuumed ? '' : ', autovacuum_enabled = off'
    await client.query(
      `CREATE TABLE ${part} (LIKE ${dataset} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE) WITH (toast_tuple_target = 8160${vacuum})`,
    )
    await client.query(insert(part))
    const { rows: bounds } = await client.query<{ low: string; high: string }>(
      'SELECT spillway_first_id(to_timestamp($1::float8 / 1000)) AS low, spillway_first_id(to_timestamp($2::float8 / 1000)) AS high',
      [dayMs, dayMs + DAY_MS],
    )
    await client.query(
      `ALTER TABLE ${dataset} ATTACH PARTITION ${part} FOR VALUES FROM ('${bounds[0]?.low}') TO ('${bounds[0]?.high}')`,
    )
    await client.query('COMMIT')
  } finally {
    client.release()
  }
}

/** One settled decision of each customer, made by the engine. */
async function makeSamples(world: World): Promise<void> {
  const { pool, engine, customers } = world
  // Notes of usage events that are gone would make a batch of nothing, which ends the settling below too early.
  await pool.query('TRUNCATE decision, usage_event, monetization_event, idempotency_entry, due_note')
  await touchAll(world)
  for (;;) {
    const { events } = await settleBatch(engine, { maxNotes: 256, maxEventsPerCustomer: 500 })
    if (events === 0) break
  }
  await pool.query('DROP TABLE IF EXISTS bench_sample')
  await pool.query(`CREATE TABLE bench_sample AS
    SELECT (row_number() OVER (ORDER BY d.customer_id) - 1)::int AS n, d.customer_id, d.mode, d.outcome, d.layer, d.feature,
      d.cost, d.granted, d.policy_version, d.status, d.request, d.seen, d.trace, d.answer, u.lines, u.detail,
      m.lines AS charged, m.arithmetic
    FROM decision AS d JOIN usage_event AS u ON u.customer_id = d.customer_id AND u.decision_id = d.id
    JOIN monetization_event AS m ON m.customer_id = u.customer_id AND m.usage_event_id = u.id`)
  await pool.query('ALTER TABLE bench_sample ADD PRIMARY KEY (n)')
  await pool.query('ANALYZE bench_sample')
  const { rows } = await pool.query<{ samples: number }>('SELECT count(*)::int AS samples FROM bench_sample')
  if (rows[0]?.samples !== customers.length)
    throw new Error(`${rows[0]?.samples} samples of ${customers.length} customers`)
  await pool.query('TRUNCATE decision, usage_event, monetization_event, idempotency_entry')
}

/**
 * Of the events 0 to `$3` that are spread over `$5` ms from `$4` on, those of the day from `$1` to `$2`, in the order of
 * time. Versions are far above those of the engine, so that they meet no key of its own; what is loaded is never settled.
 */
const MADE = `(
  SELECT i, 1000000000000 + i AS version, to_timestamp(at_ms / 1000) AS at,
    (lpad(to_hex(at_ms::bigint), 12, '0') || '7' || substr(md5(i::text), 1, 19))::uuid AS id,
    CASE WHEN i % 10 = 0 OR last = 0 THEN 0 ELSE (1 + (i / 10 * 9 + i % 10 - 1) % last)::int END AS n
  FROM (SELECT i, $4::float8 + floor(i::float8 * $5::float8 / $3::float8) AS at_ms, (SELECT count(*) - 1 FROM bench_sample) AS last
    FROM generate_series(
      greatest(0, floor(($1::float8 - $4::float8) * $3::float8 / $5::float8) - 1)::bigint,
      least($3::float8 - 1, ceil(($2::float8 - $4::float8) * $3::float8 / $5::float8) + 1)::bigint) AS i ORDER BY i) AS g
  WHERE at_ms >= $1::float8 AND at_ms < $2::float8
) AS g JOIN bench_sample AS s USING (n)`

const DATASETS = {
  decision: {
    columns:
      'customer_id, id, version, recorded_at, mode, outcome, layer, feature, cost, granted, policy_version, status, request, seen, trace, answer',
    from: 'customer_id, id, version, at, mode, outcome, layer, feature, cost, granted, policy_version, status, request, seen, trace, answer',
  },
  usage_event: {
    columns:
      'customer_id, version, id, decision_id, feature, cost, policy_version, effective_at, recorded_at, lines, detail',
    from: 'customer_id, version, id, id, feature, cost, policy_version, at, at, lines, detail',
  },
  monetization_event: {
    columns:
      'customer_id, usage_event_id, id, version, feature, policy_version, cost, effective_at, settled_at, lines, arithmetic',
    from: 'customer_id, id, id, version, feature, policy_version, cost, at, at, charged, arithmetic',
  },
} as const

const KEYS = `INSERT INTO idempotency_entry (customer_id, operation, key, fingerprint, status, decision_id, recorded_at)
  SELECT customer_id, 'decisions', 'loaded-' || i, id, 200, id, at FROM ${MADE}`
