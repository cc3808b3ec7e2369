import { expect, test } from 'vitest'
import { type IdentityWorld, identityWorld } from '../../../tests/identity-world.ts'
import { decideAccess } from '../decision/decide.ts'
import { bankReset, redeemReset } from '../reset/redeem.ts'
import { HISTORY_MS, windowHistory } from './window-history.ts'

const HOUR = 3_600_000
const ACTOR = { kind: 'system', job: 'test' } as const

async function open() {
  const world = await identityWorld()
  const customer = await world.customer('House')
  return { world, customer, startMs: world.clock.nowMs() }
}

async function use(world: IdentityWorld, customer: string, cost: bigint) {
  const bounds = { acceptPartial: null, includedOnly: false, maxCredits: null, mode: { kind: 'consume' } } as const
  const what = { subject: null, task: null, feature: 'work', attributes: {}, price: { kind: 'cost', cost } } as const
  const idempotencyKey = world.engine.ids.next('key', 0)
  await decideAccess(world.engine, { request: { ...bounds, ...what, customer }, consent: null, idempotencyKey })
}

async function reset(world: IdentityWorld, customer: string) {
  const expiresAtMs = world.clock.nowMs() + HOUR
  await bankReset(world.engine, { customer, window: 'five_hour', reason: 'test', expiresAtMs, actor: ACTOR })
  const kept = (await world.engine.readers.customer(customer))?.state.profile.resets.at(-1)?.id ?? ''
  expect(await redeemReset(world.engine, { customer, reset: kept, actor: ACTOR })).toBe('done')
}

test('each instance has its use, its ends, and why it began', async () => {
  const { world, customer, startMs } = await open()
  await use(world, customer, 30n)
  await use(world, customer, 10n)
  world.clock.set(startMs + 6 * HOUR)
  await use(world, customer, 20n)
  world.clock.set(startMs + 7 * HOUR)
  await reset(world, customer)
  world.clock.set(startMs + 8 * HOUR)
  await use(world, customer, 5n)
  await use(world, customer, 500n) // denied: counts nothing
  const history = await windowHistory(world.engine, customer, 'five_hour')
  expect(history?.instances).toMatchObject([
    { startMs: startMs + 8 * HOUR, endMs: startMs + 13 * HOUR, used: 5n, began: 'banked_reset', running: true },
    { startMs: startMs + 6 * HOUR, endMs: startMs + 8 * HOUR, used: 20n, began: 'first_use', running: false },
    { startMs, endMs: startMs + 5 * HOUR, used: 40n, began: 'first_use', running: false },
  ])
  expect(history?.cut).toBe(false)
})

test('goes back 30 days or 20 instances, and says that there is more', async () => {
  const { world, customer, startMs } = await open()
  for (let n = 0; n < 25; n++) {
    world.clock.set(startMs + n * 6 * HOUR)
    await use(world, customer, BigInt(n + 1))
  }
  const busy = await windowHistory(world.engine, customer, 'five_hour')
  expect(busy?.instances.map(({ used }) => used)).toEqual(Array.from({ length: 20 }, (_, n) => BigInt(25 - n)))
  expect(busy?.cut).toBe(true)
  world.clock.set(startMs + 25 * 6 * HOUR + HISTORY_MS)
  await use(world, customer, 7n)
  const quiet = await windowHistory(world.engine, customer, 'five_hour')
  expect(quiet?.instances.map(({ used }) => used)).toEqual([7n])
  expect(quiet?.cut).toBe(true)
})

test('an unused window has no history, and an unknown one is none', async () => {
  const { world, customer } = await open()
  expect(await windowHistory(world.engine, customer, 'five_hour')).toMatchObject({ instances: [], cut: false })
  expect(await windowHistory(world.engine, customer, 'nothing')).toBeNull()
})
