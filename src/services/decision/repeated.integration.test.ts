import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EngineWorld, openEngineWorld } from '../../../tests/engine-world.ts'
import type { PolicyDocument } from '../../core/policy/document.ts'
import { createCustomer } from '../customer/create.ts'
import type { Engine } from '../engine.ts'
import { verify } from '../verify/verify.ts'
import { decideAccess } from './decide.ts'

const AT = Date.UTC(2026, 10, 20, 12)
const DOCUMENT: PolicyDocument = {
  title: 'Test',
  meters: { units: { title: 'Units', unit: 'unit' } },
  features: { work: { title: 'Work', meters: ['units'] } },
  rateCard: { rates: [{ meter: 'units', microCredits: '10' }] },
  layers: ['included', 'allowance', 'promotion', 'entitlement', 'adjustment', 'credits'],
  tiers: {
    plus: {
      title: 'Plus',
      priority: 'normal',
      features: '*',
      guards: [],
      windows: [{ id: 'day', title: 'Day', limit: '100', kind: 'fixed', anchor: 'first_use', lengthMs: 86_400_000 }],
    },
  },
  holds: { defaultTtlSeconds: 60, maxTtlSeconds: 3600 },
  uncovered: { kind: 'absorb' },
}

let world: EngineWorld
beforeAll(async () => {
  world = await openEngineWorld(DOCUMENT, AT)
})
afterAll(() => world.close())

test.each(['consume', 'authorize'] as const)(
  'a process that never saw a key repeats the answer to %s byte for byte, allowed or denied',
  async (mode) => {
    const actor = { kind: 'system', job: 'test' } as const
    const created = await createCustomer(world.engine, {
      externalId: null,
      name: 'Ada',
      kind: 'person',
      tier: 'plus',
      timeZone: 'UTC',
      consent: 'off',
      actor,
    })
    if (created.kind !== 'created') throw new Error(created.kind)
    const ask = (engine: Engine, cost: bigint) =>
      decideAccess(engine, {
        request: {
          customer: created.customer,
          subject: 'a "quoted" member',
          task: null,
          feature: 'work',
          price: { kind: 'cost', cost },
          attributes: { model: 'é\u2028' },
          mode: mode === 'consume' ? { kind: 'consume' } : { kind: 'authorize', ttlMs: null },
          acceptPartial: null,
          includedOnly: false,
          maxCredits: null,
        },
        consent: null,
        idempotencyKey: `${mode}-${cost}`,
      })
    const first = [await ask(world.engine, 60n), await ask(world.engine, 90n)]
    const other = await world.another()
    const again = [await ask(other, 60n), await ask(other, 90n)]
    const bodies = (outcomes: typeof first) =>
      outcomes.map((one) => (one.kind === 'answered' ? [one.reply.status, one.reply.body] : one.kind))
    expect(bodies(first).map(([status]) => status)).toEqual([200, 429])
    expect(bodies(again)).toEqual(bodies(first))
    expect(again.map((one) => one.kind === 'answered' && one.replayed)).toEqual([true, true])
    expect((await verify(world.engine, world.verifyStore)).unexplained).toBe(0)
  },
)
