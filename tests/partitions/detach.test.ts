import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CustomerId } from '../../src/core/shared/ids.ts'
import type { PolicyDocument } from '../../src/core/policy/document.ts'
import { createCustomer } from '../../src/services/customer/create.ts'
import { decideAccess } from '../../src/services/decision/decide.ts'
import { grantCredits } from '../../src/services/credit/grant.ts'
import { settleBatch } from '../../src/services/settlement/settle.ts'
import { verify } from '../../src/services/verify/verify.ts'
import { type EngineWorld, openEngineWorld } from '../engine-world.ts'

const DAY = 24 * 3_600_000
const AT = Date.UTC(2026, 0, 31, 12)
const ACTOR = { kind: 'user', id: 'usr_1' } as const
const DOCUMENT: PolicyDocument = {
  title: 'Test',
  meters: { units: { title: 'Units', unit: 'unit' } },
  features: { work: { title: 'Work', meters: ['units'] } },
  rateCard: { rates: [{ meter: 'units', microCredits: '10' }] },
  layers: ['included', 'allowance', 'promotion', 'entitlement', 'adjustment', 'credits'],
  tiers: { plus: { title: 'Plus', priority: 'normal', features: '*', guards: [], windows: [] } },
  holds: { defaultTtlSeconds: 60, maxTtlSeconds: 3600 },
  uncovered: { kind: 'absorb' },
}

/** As the operator's page has it. */
const DOCS = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8')
const documented = (name: string): string => {
  const text = new RegExp('```sql ' + name + '\\n([^`]+)```').exec(DOCS)?.[1]
  if (text === undefined) throw new Error(`docs/operations.md has no block "${name}"`)
  return text
}

let world: EngineWorld
let customer: CustomerId
let serial = 0

async function use(): Promise<string> {
  const outcome = await decideAccess(world.engine, {
    request: {
      customer,
      subject: null,
      task: null,
      feature: 'work',
      price: { kind: 'usage', usage: { units: 3 } },
      attributes: {},
      mode: { kind: 'consume' },
      acceptPartial: null,
      includedOnly: false,
      maxCredits: null,
    },
    consent: null,
    idempotencyKey: `key-${(serial += 1)}`,
  })
  if (outcome.kind !== 'answered' || outcome.decision?.outcome !== 'allowed') throw new Error('not allowed')
  await settleBatch(world.engine, { maxNotes: 50, maxEventsPerCustomer: 50 })
  return outcome.decision.id
}

const decisionsListed = async (): Promise<string[]> =>
  (await world.engine.readers.decisions({ customer, cursor: null, limit: 50 })).items.map(({ decision }) => decision.id)
const found = async (): Promise<readonly string[]> =>
  (await verify(world.engine, world.verifyStore)).checks.flatMap((check) => check.found)

beforeAll(async () => {
  world = await openEngineWorld(DOCUMENT, AT)
  await world.engine.maintenance.ensurePartitions(AT)
  const created = await createCustomer(world.engine, {
    externalId: null,
    name: 'Ada',
    kind: 'person',
    tier: 'plus',
    timeZone: 'UTC',
    consent: 'on',
    actor: ACTOR,
  })
  if (created.kind !== 'created') throw new Error(created.kind)
  customer = created.customer
  await grantCredits(world.engine, {
    customer,
    kind: 'credits',
    amount: 10_000n,
    priority: 0,
    features: null,
    effectiveAtMs: null,
    expiresAtMs: null,
    source: 'purchase-1',
    reason: 'pack',
    actor: ACTOR,
    idempotency: { operation: 'grants', key: 'grant-1', fingerprint: '0'.repeat(32) },
  })
})
afterAll(() => world.close())

test('a day that is detached takes its rows along, all else goes on, and verify says what is missing until it is back', async () => {
  const old = await use()
  world.clock.advance(9 * DAY)
  await world.engine.maintenance.ensurePartitions(world.clock.nowMs())
  const recent = await use()
  expect(await decisionsListed()).toEqual([recent, old])
  expect(await found()).toEqual([])

  await world.owner.query(documented('detach'))

  expect(await decisionsListed()).toEqual([recent])
  expect(await world.engine.readers.decision(old)).toBeNull()
  const { items } = await world.engine.readers.usageEvents({ customer, cursor: null, limit: 50 })
  expect(items.map(({ decision }) => decision)).toEqual([recent])
  const latest = await use()
  expect(await decisionsListed()).toEqual([latest, recent])
  const kept = await world.owner.query('SELECT FROM decision_20260131')
  expect(kept.rowCount).toBe(1)
  expect((await found()).length).toBeGreaterThan(0)
  // The day is not made anew over what was taken out.
  await world.engine.maintenance.ensurePartitions(AT)
  expect(await decisionsListed()).toEqual([latest, recent])

  await world.owner.query(documented('attach'))

  expect(await decisionsListed()).toEqual([latest, recent, old])
  expect(await world.engine.readers.decision(old)).not.toBeNull()
  expect(await found()).toEqual([])
})
