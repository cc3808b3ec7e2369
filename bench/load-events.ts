import type { World } from './world.ts'

const DAYS = 30
const CHUNK = 500_000
const DAY_MS = 86_400_000

/**
 * Usage events, decisions and keys of the past 30 days, `total` of each: a tenth are the first customer's, the rest all
 * alike. Rows are short (no answer, no snapshot): what is measured is what grows with their number, the tables' keys and indexes.
 */
export async function loadEvents(world: World, total: number): Promise<void> {
  const { pool, customers, engine } = world
  const nowMs = engine.clock.nowMs()
  await pool.query(
    'SELECT spillway_ensure_partitions(to_timestamp($1::float8 / 1000), to_timestamp($2::float8 / 1000))',
    [nowMs - DAYS * DAY_MS, nowMs],
  )
  await pool.query('CREATE TABLE bench_customer AS SELECT (row_number() OVER () - 1)::int AS n, id FROM customer')
  await pool.query('ALTER TABLE bench_customer ADD PRIMARY KEY (n)')
  for (let from = 0; from < total; from += CHUNK) {
    const values = [
      from,
      Math.min(total, from + CHUNK) - 1,
      total,
      customers.length,
      nowMs - DAYS * DAY_MS,
      DAYS * DAY_MS,
    ]
    await pool.query(LOAD, values)
  }
  await pool.query('DROP TABLE bench_customer')
  await pool.query('VACUUM ANALYZE')
  await pool.query('CHECKPOINT')
}

/** Versions far above those of the engine, so that they meet no key of its own; nothing settles in such a world. */
const LOAD = `
WITH made AS MATERIALIZED (
  SELECT c.id AS customer, i, to_timestamp(at_ms / 1000) AS at,
    (lpad(to_hex(at_ms::bigint), 12, '0') || '7' || substr(md5(i::text), 1, 19))::uuid AS id
  FROM (SELECT i, $5::float8 + floor(i::float8 * $6::float8 / $3::float8) AS at_ms FROM generate_series($1::int, $2::int) AS i) AS g
  JOIN bench_customer AS c ON c.n = CASE WHEN g.i % 10 = 0 THEN 0 ELSE g.i % $4::int END
), usage AS (
  INSERT INTO usage_event (customer_id, version, id, decision_id, feature, cost, policy_version, effective_at, recorded_at, lines, detail)
  SELECT customer, 1000000000000 + i, id, id, 'codex.task', 7, 1, at, at, '[]', '["7",[],null]' FROM made
), decided AS (
  INSERT INTO decision (customer_id, id, version, recorded_at, mode, outcome, feature, cost, granted, policy_version, status, request, seen, trace, answer)
  SELECT customer, id, 1000000000000 + i, at, 'consume', 'allowed', 'codex.task', 7, 7, 1, 200, '[]', '[]', '[]', '{}' FROM made
)
INSERT INTO idempotency_entry (customer_id, operation, key, fingerprint, status, decision_id, recorded_at)
SELECT customer, 'decisions', 'loaded-' || i, id, 200, id, at FROM made`
