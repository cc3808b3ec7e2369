import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EngineWorld, openEngineWorld } from '../../../tests/engine-world.ts'
import type { PolicyDocument } from '../../core/policy/document.ts'
import type { CustomerId } from '../../core/shared/ids.ts'
import type { AccessRequest } from '../../core/waterfall/request.ts'
import { expireDueGrants, expireDueHolds, refreshDueAllowances } from '../../settler/due-jobs.ts'
import { correctBalance } from '../credit/correct.ts'
import { grantCredits } from '../credit/grant.ts'
import { revokeCredits } from '../credit/revoke.ts'
import { createCustomer } from '../customer/create.ts'
import { captureUsage } from '../decision/capture.ts'
import { decideAccess } from '../decision/decide.ts'
import { releaseUnused } from '../decision/release.ts'
import { rebuild } from '../settlement/rebuild.ts'
import { settleBatch } from '../settlement/settle.ts'
import { recordUsage } from '../usage/record.ts'
import type { CheckId } from './report.ts'
import { verify } from './verify.ts'

const AT = Date.UTC(2026, 10, 20, 12)
const HOUR = 3_600_000
const DAY = 24 * HOUR
const ACTOR = { kind: 'user', id: 'usr_1' } as const

const DOCUMENT: PolicyDocument = {
  title: 'Test',
  meters: { units: { title: 'Units', unit: 'unit' } },
  features: { work: { title: 'Work', meters: ['units'] }, chat: { title: 'Chat', meters: ['units'] } },
  rateCard: {
    rates: [{ meter: 'units', microCredits: '10' }],
    multipliers: [{ attributes: { speed: 'fast' }, factor: '1.5' }],
  },
  layers: ['included', 'allowance', 'promotion', 'entitlement', 'adjustment', 'credits'],
  tiers: {
    plus: {
      title: 'Plus',
      priority: 'normal',
      features: '*',
      guards: [{ id: 'jobs', kind: 'concurrency', scope: 'customer', limit: 20 }],
      windows: [
        {
          id: 'five_hour',
          title: '5 hours',
          limit: '500',
          features: ['work'],
          kind: 'fixed',
          anchor: 'first_use',
          lengthMs: 5 * HOUR,
        },
        {
          id: 'day',
          title: 'Day',
          limit: '2000',
          features: ['work'],
          kind: 'fixed',
          anchor: 'calendar',
          unit: 'day',
          zone: 'customer',
        },
        { id: 'hour', title: 'Hour', limit: '300', features: ['chat'], kind: 'sliding', lengthMs: HOUR, subBuckets: 6 },
      ],
      allowances: [
        {
          id: 'weekly',
          title: 'Weekly',
          amount: '1000',
          every: { anchor: 'customer', lengthMs: 7 * DAY },
          rollover: { max: '200', periods: 1 },
        },
      ],
    },
  },
  holds: { defaultTtlSeconds: 60, maxTtlSeconds: 3600 },
  uncovered: { kind: 'debt', maxMicroCredits: '500' },
}

let world: EngineWorld
let serial = 0
const next = (what: string): string => `${what}-${(serial += 1)}`

async function ask(customer: CustomerId, units: number, changes: Partial<AccessRequest> = {}) {
  const outcome = await decideAccess(world.engine, {
    request: {
      customer,
      subject: 'ada',
      task: null,
      feature: 'work',
      price: { kind: 'usage', usage: { units } },
      attributes: {},
      mode: { kind: 'consume' },
      acceptPartial: null,
      includedOnly: false,
      maxCredits: null,
      ...changes,
    },
    consent: null,
    idempotencyKey: next('key'),
  })
  if (outcome.kind !== 'answered') throw new Error(outcome.kind)
  return outcome
}

/** Null: denied, as it happens on a day without credits. */
async function hold(customer: CustomerId, units: number): Promise<string | null> {
  const { decision } = await ask(customer, units, { mode: { kind: 'authorize', ttlMs: 30 * 60_000 } })
  return decision?.hold?.id ?? null
}

const price = (units: number) => ({ kind: 'usage', usage: { units } }) as const
const jobs = async () => {
  for (const job of [expireDueHolds, refreshDueAllowances, expireDueGrants])
    expect((await job(world.engine, 100)).faults).toEqual([])
}
const settle = async () => {
  for (let round = 0; round < 20; round += 1)
    if ((await settleBatch(world.engine, { maxNotes: 50, maxEventsPerCustomer: 3 })).notes === 0) return
}

async function credits(customer: CustomerId, amount: bigint, expiresAtMs: number | null) {
  const idempotency = { operation: 'grants', key: next('grant'), fingerprint: '0'.repeat(32) }
  const input = {
    customer,
    kind: 'credits',
    amount,
    priority: 0,
    features: null,
    effectiveAtMs: null,
    expiresAtMs,
    source: next('purchase'),
    reason: 'pack',
    actor: ACTOR,
    idempotency,
  } as const
  const result = await grantCredits(world.engine, input)
  if (result.kind !== 'done') throw new Error(result.kind)
  return JSON.parse(result.reply.body).id as string
}

/** Three weeks of a customer's life: every kind of source, hold, return, end, debt, correction and denial. */
async function live(): Promise<CustomerId> {
  const created = await createCustomer(world.engine, {
    externalId: null,
    name: 'Ada',
    kind: 'person',
    tier: 'plus',
    timeZone: 'Europe/Berlin',
    consent: 'on',
    actor: ACTOR,
  })
  if (created.kind !== 'created') throw new Error(created.kind)
  const { customer } = created
  await jobs()
  const grant = await credits(customer, 3_000n, world.clock.nowMs() + 15 * DAY)
  await revokeCredits(world.engine, {
    customer,
    grant,
    upTo: 50n,
    reason: 'mistake',
    actor: ACTOR,
    idempotency: { operation: 'revoke', key: next('revoke'), fingerprint: '0'.repeat(32) },
  })
  let holds = 0
  for (let day = 0; day < 21; day += 1) {
    await ask(customer, 20, { attributes: { speed: 'fast' } })
    await ask(customer, 25, { feature: 'chat' })
    await ask(customer, 90, { acceptPartial: { minimum: 1n } })
    const [kept, freed, forgotten] = [await hold(customer, 3), await hold(customer, 2), await hold(customer, 1)]
    holds += [kept, freed, forgotten].filter((one) => one !== null).length
    if (kept !== null) {
      await captureUsage(world.engine, {
        hold: kept,
        customer: null,
        idempotencyKey: next('capture'),
        price: price(1),
        final: false,
      })
      await captureUsage(world.engine, {
        hold: kept,
        customer: null,
        idempotencyKey: next('capture'),
        price: price(4),
        final: true,
      })
    }
    if (freed !== null)
      await releaseUnused(world.engine, { hold: freed, customer: null, idempotencyKey: next('release') })
    await ask(customer, 1_000_000)
    await settle()
    world.clock.advance(DAY)
    await jobs()
    if (day === 3)
      await recordUsage(world.engine, {
        customer,
        subject: null,
        feature: 'work',
        price: price(700),
        attributes: {},
        source: 'meter',
        eventId: next('event'),
        effectiveAtMs: world.clock.nowMs() - HOUR,
      })
    if (day % 5 === 4) await credits(customer, 4_000n, null)
  }
  expect(holds).toBeGreaterThan(30)
  const { items } = await world.engine.readers.balanceUpdates({ customer, cursor: null, limit: 100 })
  const charge = items.find((update) => update.cause.kind === 'charge')
  if (charge === undefined) throw new Error('nothing was charged')
  const idempotency = { operation: 'corrections', key: next('correct'), fingerprint: '0'.repeat(32) }
  const correction = { customer, grant: charge.grant, update: charge.id, reason: 'dispute', actor: ACTOR, idempotency }
  expect(await correctBalance(world.engine, correction)).toMatchObject({ kind: 'done', reply: { status: 201 } })
  expect(
    await correctBalance(world.engine, { ...correction, idempotency: { ...idempotency, key: next('correct') } }),
  ).toMatchObject({ kind: 'done', reply: { status: 409 } })
  await credits(customer, 4_000n, null)
  await hold(customer, 60)
  await ask(customer, 40)
  return customer
}

let customer: CustomerId
let uuid: string
beforeAll(async () => {
  world = await openEngineWorld(DOCUMENT, AT)
  await live()
  customer = await live()
  uuid = customer.slice(4)
})
afterAll(() => world.close())

test('a long life leaves nothing unexplained, with every check having seen something', async () => {
  const report = await verify(world.engine, world.verifyStore)
  expect(report.checks.flatMap((check) => check.found)).toEqual([])
  expect(report.ok).toBe(true)
  expect(Object.fromEntries(report.checks.map((check) => [check.id, check.rows > 0]))).toEqual({
    I1: true,
    I1b: true,
    I2: true,
    I3: true,
    I4: true,
    I5: true,
    I6: true,
    I8: true,
    I9: true,
    I12: true,
  })
  // The history had everything in it that the checks are for.
  const causes = await world.owner.query<{ cause: string }>('SELECT DISTINCT cause FROM balance_update ORDER BY cause')
  expect(causes.rows.map((row) => row.cause)).toEqual(['charge', 'correction', 'debt', 'expiry', 'grant', 'revocation'])
  const rolled = await world.owner.query(`SELECT FROM grants WHERE source LIKE 'rollover:%'`)
  expect(rolled.rowCount).toBeGreaterThan(0)
  const { sums } = report
  const parts = ['spent', 'held', 'pending', 'available', 'expired', 'revoked'].map((name) => BigInt(sums[name] ?? '0'))
  expect(parts.every((part) => part > 0n)).toBe(true)
  expect(parts.reduce((a, b) => a + b)).toBe(BigInt(sums['granted'] ?? '0'))
})

test('one customer alone, without the audit chain', async () => {
  const report = await verify(world.engine, world.verifyStore, { customer })
  expect(report).toMatchObject({ ok: true, customer, counts: { customers: 1 } })
  expect(report.checks.map((check) => check.id)).not.toContain('I6')
})

test('beside live use and settlement it raises no false alarm', async () => {
  const using = Array.from({ length: 8 }, async () => {
    for (let i = 0; i < 15; i += 1) {
      await ask(customer, 1)
      await settleBatch(world.engine, { maxNotes: 2, maxEventsPerCustomer: 2 })
    }
  })
  for (let look = 0; look < 4; look += 1) {
    const report = await verify(world.engine, world.verifyStore)
    expect(report.checks.flatMap((check) => check.found)).toEqual([])
  }
  await Promise.all(using)
})

test('the replay of a customer’s usage gives the stored events and balances, and names an event that differs', async () => {
  await settle()
  const replay = await rebuild(world.engine, world.verifyStore, customer)
  expect(replay).toMatchObject({ equal: true, differing: 0 })
  expect([replay.usageEvents > 60, replay.balances.length > 5]).toEqual([true, true])
  const first = 'customer_id = $1 AND version = (SELECT min(version) FROM monetization_event WHERE customer_id = $1)'
  await world.owner.query(`UPDATE monetization_event SET cost = cost + 1 WHERE ${first}`, [uuid])
  expect(await rebuild(world.engine, world.verifyStore, customer)).toMatchObject({
    equal: false,
    differences: [{ why: 'differs in cost' }],
  })
  await world.owner.query(`UPDATE monetization_event SET cost = cost - 1 WHERE ${first}`, [uuid])
})

/** One planted violation each, by the database's owner past every guard. */
const PLANTED: [CheckId, string, string, string][] = [
  [
    'I1',
    'a grant’s balance moved without an update',
    'grants',
    `UPDATE grants SET spent = spent + 1, balance = balance - 1 WHERE id = (SELECT id FROM grants WHERE customer_id = $1 AND balance > 0 LIMIT 1)`,
  ],
  [
    'I1',
    'value given away at the gate alone',
    'customer_state',
    `UPDATE customer_state SET doc = regexp_replace(doc, '"credits",0,(\\d+),(\\d+)', '"credits",0,\\1,1\\2') WHERE customer_id = $1`,
  ],
  [
    'I1',
    'debt forgiven without an entry',
    'customer_state',
    `UPDATE customer_state SET doc = regexp_replace(doc, '(\\d+),(\\d+),(\\d+|null)\\]$', '9\\1,\\2,\\3]') WHERE customer_id = $1`,
  ],
  [
    'I1b',
    'an update was edited',
    'balance_update',
    `UPDATE balance_update SET recorded_at = recorded_at + interval '1 ms' WHERE customer_id = $1 AND seq = 3`,
  ],
  [
    'I1b',
    'an update was deleted in the middle',
    'balance_update',
    `DELETE FROM balance_update WHERE customer_id = $1 AND seq = 3`,
  ],
  [
    'I1b',
    'the last update was deleted',
    'balance_update',
    `DELETE FROM balance_update WHERE customer_id = $1 AND seq = (SELECT max(seq) FROM balance_update WHERE customer_id = $1)`,
  ],
  [
    'I2',
    'usage without its monetization event',
    'monetization_event',
    `DELETE FROM monetization_event WHERE customer_id = $1 AND version = (SELECT min(version) FROM monetization_event WHERE customer_id = $1)`,
  ],
  [
    'I2',
    'a monetization event that charges differently',
    'monetization_event',
    `UPDATE monetization_event SET cost = cost + 1 WHERE customer_id = $1 AND version = (SELECT min(version) FROM monetization_event WHERE customer_id = $1)`,
  ],
  [
    'I2',
    'a consumption without its usage event',
    'usage_event',
    `DELETE FROM usage_event WHERE customer_id = $1 AND version = (SELECT max(version) FROM usage_event WHERE customer_id = $1)`,
  ],
  [
    'I2',
    'usage recorded twice',
    'usage_event',
    `INSERT INTO usage_event SELECT customer_id, version + 1000000, id, decision_id, hold_id, subject, task, feature, cost, policy_version, effective_at, recorded_at, lines, detail FROM usage_event WHERE customer_id = $1 ORDER BY version LIMIT 1`,
  ],
  [
    'I2',
    'rows of nobody',
    'ledger_head',
    `INSERT INTO ledger_head SELECT gen_random_uuid(), 0, repeat('0', 64), 0 WHERE $1::uuid IS NOT NULL`,
  ],
  [
    'I3',
    'an open hold closed behind the gate’s back',
    'hold',
    `UPDATE hold SET doc = replace(doc, '"open"', '"released"') WHERE customer_id = $1`,
  ],
  [
    'I4',
    'a window that forgot what was used',
    'customer_state',
    `UPDATE customer_state SET doc = regexp_replace(doc, '("day",\\["f",\\d+,\\d+,)\\d+', '\\10') WHERE customer_id = $1`,
  ],
  [
    'I4',
    'more included than the limit, decision by decision',
    'decision',
    `UPDATE decision SET trace = regexp_replace(trace, '"five_hour",500', '"five_hour",100', 'g') WHERE customer_id = $1`,
  ],
  [
    'I5',
    'a decision that grants more than was decided',
    'decision',
    `UPDATE decision SET granted = granted + 1 WHERE id = (SELECT min(id::text)::uuid FROM decision WHERE customer_id = $1 AND outcome = 'allowed')`,
  ],
  [
    'I5',
    'a decision whose seen state was edited',
    'decision',
    `UPDATE decision SET seen = replace(seen, '"Europe/Berlin"', '"Asia/Tokyo"') WHERE customer_id = $1`,
  ],
  [
    'I6',
    'an audit entry was edited',
    'audit_entry',
    `UPDATE audit_entry SET reason = 'edited' WHERE seq = 2 AND $1::uuid IS NOT NULL`,
  ],
  [
    'I6',
    'an audit entry was deleted in the middle',
    'audit_entry',
    `DELETE FROM audit_entry WHERE seq = 2 AND $1::uuid IS NOT NULL`,
  ],
  [
    'I6',
    'the last audit entry was deleted',
    'audit_entry',
    `DELETE FROM audit_entry WHERE seq = (SELECT max(seq) FROM audit_entry) AND $1::uuid IS NOT NULL`,
  ],
  [
    'I8',
    'a rule refreshed twice in one period',
    'grants',
    `INSERT INTO grants (id, customer_id, kind, priority, amount, balance, spent, expired, revoked, effective_at, expires_at, created_at, features, source, reason) SELECT gen_random_uuid(), customer_id, kind, priority, 0, 0, 0, 0, 0, effective_at + interval '1 s', expires_at, created_at, features, 'refresh:weekly:' || (extract(epoch FROM effective_at) * 1000 + 1000)::bigint, reason FROM grants WHERE customer_id = $1 AND source LIKE 'refresh:weekly:%' ORDER BY effective_at LIMIT 1`,
  ],
  [
    'I8',
    'an expired grant was drawn',
    'grants',
    `UPDATE grants SET expires_at = created_at + interval '1 ms' WHERE customer_id = $1 AND source LIKE 'purchase%'`,
  ],
  [
    'I9',
    'a key that answers another status',
    'idempotency_entry',
    `UPDATE idempotency_entry SET status = 500 WHERE customer_id = $1 AND decision_id IS NOT NULL`,
  ],
  [
    'I12',
    'an answer with other figures than its decision',
    'decision',
    `UPDATE decision SET answer = replace(answer, '"outcome":"denied"', '"outcome":"partial"') WHERE customer_id = $1`,
  ],
  [
    'I12',
    'a decision that says something else than was answered',
    'decision',
    `UPDATE decision SET answer = '=0' WHERE customer_id = $1 AND answer LIKE '=%'`,
  ],
]

test.each(PLANTED)('%s finds it: %s', async (id, _, table, plant) => {
  await world.owner.query(`CREATE TABLE kept AS TABLE ${table}`)
  try {
    const planted = await world.owner.query(plant, [uuid])
    expect(planted.rowCount, 'the violation was planted').toBeGreaterThan(0)
    const report = await verify(world.engine, world.verifyStore)
    expect(report.ok).toBe(false)
    expect(report.checks.filter((check) => !check.ok).map((check) => check.id)).toContain(id)
    expect(report.unexplained).toBeGreaterThan(0)
  } finally {
    const { rows } = await world.owner.query<{ column_name: string }>(
      `SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1 AND is_generated = 'NEVER'`,
      [table],
    )
    const columns = rows.map((row) => `"${row.column_name}"`).join(', ')
    await world.owner.query(
      `DELETE FROM ${table}; INSERT INTO ${table} (${columns}) SELECT ${columns} FROM kept; DROP TABLE kept`,
    )
  }
})

test('an audit tail that was cut off together with its head shows against an exported head, and only there', async () => {
  const head = await world.engine.audit.head()
  const exported = [{ exportedAt: '', audit: head, ledger: [] }]
  expect((await verify(world.engine, world.verifyStore, { exported })).ok).toBe(true)
  await world.owner.query(`DELETE FROM audit_entry WHERE seq = $1`, [head.seq])
  await world.owner.query(`UPDATE audit_head SET seq = $1, hash = (SELECT hash FROM audit_entry WHERE seq = $1)`, [
    head.seq - 1,
  ])
  expect((await verify(world.engine, world.verifyStore)).checks.find((check) => check.id === 'I6')?.ok).toBe(true)
  const report = await verify(world.engine, world.verifyStore, { exported })
  expect(report.checks.find((check) => check.id === 'I6')?.found).toEqual([
    `the exported head of seq ${head.seq} is not in the audit chain`,
  ])
})
