import type { Engine } from '../services/engine.ts'
import { createPromotionCode } from '../services/promotion/create.ts'
import { bankReset } from '../services/reset/redeem.ts'
import { SEED_ACTOR } from './seed-customer.ts'

export const DEMO_CODE = 'WELCOME-10'
const DAY_MS = 24 * 3_600_000
const RESET = { externalId: 'demo-ada', window: 'five_hour', reason: 'Sorry for the outage of Tuesday' }

/** What a visitor may try out: a promotion code, and a banked reset for the persona who needs it. Made once. */
export async function seedExtras(engine: Engine): Promise<void> {
  const nowMs = engine.clock.nowMs()
  const made = await createPromotionCode(engine, {
    code: {
      code: DEMO_CODE,
      title: 'Welcome to the demo',
      amount: 10_000_000n,
      features: null,
      grantDays: 30,
      totalLimit: 100,
      customerLimit: 1,
      validFromMs: nowMs,
      validUntilMs: null,
    },
    actor: SEED_ACTOR,
  })
  if (made.kind !== 'created') return
  const { items } = await engine.readers.customers({ cursor: null, limit: 10, search: RESET.externalId })
  const customer = items.find(({ externalId }) => externalId === RESET.externalId)
  if (customer === undefined) return
  const { window, reason } = RESET
  await bankReset(engine, {
    customer: customer.id,
    window,
    reason,
    expiresAtMs: nowMs + 14 * DAY_MS,
    actor: SEED_ACTOR,
  })
}
