import { toUuid } from '../src/adapters/postgres/codec/ids.ts'
import { encodeUsageDetail, encodeUsageLines } from '../src/adapters/postgres/codec/usage-event.ts'
import type { UsageLine } from '../src/core/settlement/events.ts'
import type { CustomerId } from '../src/core/shared/ids.ts'
import { rollUpUsage } from '../src/services/usage/roll-up.ts'
import { fillDay } from './load-events.ts'
import type { World } from './world.ts'

const DAY_MS = 86_400_000
/** A range of 30 days and the one before it. */
const DAYS = 60
const MODELS = ['large', 'small', 'mini']
const COST = 1_250n

/**
 * `total` usage events of one customer, evenly over 60 days: five features, 60 members of whom a few use most, three
 * models, paid by windows, credits or both; of ten, three belong to a task, ten or so to each. With their decisions, and
 * added to the sums as the schedules do it. Says how many were added a second.
 */
export async function loadUsage(world: World, customer: CustomerId, total: number): Promise<number> {
  const { pool, engine } = world
  const nowMs = engine.clock.nowMs()
  const startMs = nowMs - DAYS * DAY_MS
  for (let dayMs = startMs - (startMs % DAY_MS); dayMs < nowMs; dayMs += DAY_MS) {
    const values = [dayMs, dayMs + DAY_MS, total, startMs, DAYS * DAY_MS, toUuid(customer), MODELS.map(detailOf), LINES]
    for (const [dataset, insert] of Object.entries(INSERTS))
      await fillDay(pool, { dataset, dayMs, vacuumed: true, insert: (into) => ({ text: insert(into), values }) })
  }
  await pool.query('VACUUM ANALYZE decision')
  await pool.query('VACUUM ANALYZE usage_event')
  const began = performance.now()
  while (!(await rollUpUsage(engine, { customer, batches: 20 })));
  const seconds = (performance.now() - began) / 1_000
  await pool.query('VACUUM ANALYZE usage_rollup')
  await pool.query('CHECKPOINT')
  return total / seconds
}

const detailOf = (model: string): string =>
  encodeUsageDetail({
    price: { kind: 'cost', cost: COST },
    attributes: { model },
    origin: { kind: 'decision' },
  })

const grant = { kind: 'grant', layer: 'credits', source: `grt_${'1'.repeat(32)}` } as const
const window = { kind: 'window', source: 'five_hour' } as const
const PAID: readonly (readonly UsageLine[])[] = [
  [{ ...window, amount: COST }],
  [{ ...grant, amount: COST }],
  [
    { ...window, amount: 250n },
    { ...grant, amount: 1_000n },
  ],
  [{ ...window, amount: COST }],
]
const LINES = PAID.map(encodeUsageLines)

/** Of the events 0 to `$3` that are spread over `$5` ms from `$4` on, those of the day from `$1` to `$2`; the same each time. */
const MADE = `(
  SELECT i, at_ms, (lpad(to_hex(at_ms::bigint), 12, '0') || '7' || substr(md5(i::text), 1, 19))::uuid AS id,
    'codex.' || (ARRAY['task', 'task', 'task', 'review', 'review', 'search', 'voice', 'image'])[1 + h % 8] AS feature,
    CASE WHEN i % 10 < 3 THEN 'member-' || (i / 33) % 60 ELSE 'member-' || (60 * power((h % 997) / 997.0, 2))::int END AS subject,
    CASE WHEN i % 10 < 3 THEN 'task-' || i / 33 END AS task, 1 + h / 8 % 3 AS model, 1 + h / 24 % 4 AS paid
  FROM (SELECT i, $4::float8 + floor(i::float8 * $5::float8 / $3::float8) AS at_ms, abs(hashint8(i))::bigint AS h
    FROM generate_series(
      greatest(0, floor(($1::float8 - $4::float8) * $3::float8 / $5::float8) - 1)::bigint,
      least($3::float8 - 1, ceil(($2::float8 - $4::float8) * $3::float8 / $5::float8) + 1)::bigint) AS i) AS g
  WHERE at_ms >= $1::float8 AND at_ms < $2::float8 ORDER BY i) AS e`

/** Every statement is given all values, so that they are the same for both. */
const GIVEN = `cardinality($7::text[]) + cardinality($8::text[]) > 0`

const INSERTS: Readonly<Record<string, (into: string) => string>> = {
  decision: (
    into,
  ) => `INSERT INTO ${into} (customer_id, id, version, recorded_at, mode, outcome, layer, feature, subject,
      cost, granted, policy_version, status, request, seen, trace, answer)
    SELECT $6::uuid, id, i + 1, to_timestamp(at_ms / 1000), 'consume', CASE i % 50 WHEN 0 THEN 'partial' ELSE 'allowed' END,
      'included', feature, subject, ${COST}, ${COST}, 1, 200, '[]', '[]', '[]', '{}' FROM ${MADE} WHERE ${GIVEN}`,
  usage_event: (into) => `INSERT INTO ${into} (customer_id, version, id, decision_id, subject, task, feature, cost,
      policy_version, effective_at, recorded_at, lines, detail)
    SELECT $6::uuid, i + 1, id, id, subject, task, feature, ${COST}, 1, to_timestamp(at_ms / 1000),
      to_timestamp(at_ms / 1000), ($8::text[])[paid], ($7::text[])[model] FROM ${MADE}`,
}
