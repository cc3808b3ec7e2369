import { beforeAll, describe, expect, it } from 'vitest'
import { buildMemoryEngine } from '../main/memory-container.ts'
import type { Engine } from '../services/engine.ts'
import { defaultPolicy } from './default-policy.ts'
import { PERSONAS } from './personas.ts'
import { seedDemo } from './seed.ts'
import { seedQuestions } from './seed-questions.ts'

const NOW = Date.UTC(2026, 10, 20, 14, 30)
const SMALL = { atMs: NOW, customers: 20, requests: 200 }

async function newEngine(): Promise<Engine> {
  const built = await buildMemoryEngine({
    clock: { nowMs: () => NOW },
    firstPolicy: defaultPolicy,
    onFault: (error) => {
      throw error
    },
  })
  return built.engine
}

async function customers(engine: Engine) {
  const page = await engine.readers.customers({ cursor: null, limit: 200, search: null })
  return page.items
}

async function snapshot(engine: Engine) {
  const all = await customers(engine)
  const views = await Promise.all(all.map((customer) => engine.readers.customer(customer.id)))
  return views.map((view) => ({ state: view?.state, grants: view?.grants, head: view?.head }))
}

describe('the demo world', () => {
  let engine: Engine
  let world: Awaited<ReturnType<typeof seedDemo>>
  beforeAll(async () => {
    engine = await newEngine()
    world = await seedDemo(engine, SMALL)
  })

  const view = async (externalId: string) => {
    const found = (await customers(engine)).find((customer) => customer.externalId === externalId)
    const seen = found && (await engine.readers.customer(found.id))
    if (!seen) throw new Error(`${externalId} is missing`)
    return seen
  }
  const lastDenial = async (externalId: string) => {
    const { customer } = await view(externalId)
    const page = await engine.readers.decisions({ customer: customer.id, cursor: null, limit: 1, outcome: 'denied' })
    return page.items[0]?.decision.denial?.reason ?? null
  }
  const remaining = async (externalId: string, window: string) => {
    const { state } = await view(externalId)
    const limit =
      engine.policies
        .current()
        .tiers.get(state.profile.tier)
        ?.windows.find((one) => one.id === window)?.limit ?? 0n
    const counted = state.windows[window]
    return counted?.kind === 'fixed' && counted.endMs > NOW ? limit - counted.used : limit
  }

  it('has every persona, each with a customer', () => {
    expect(world.seeded).toBe(true)
    expect(world.personas.map((persona) => persona.id)).toEqual(PERSONAS.map((persona) => persona.persona))
    for (const persona of world.personas) expect(persona.customer).toMatch(/^cus_/)
  })

  it('leaves Ada a little of her 5-hour window', async () => {
    const left = await remaining('demo-ada', 'five_hour')
    expect(left).toBeGreaterThan(0n)
    expect(left).toBeLessThanOrEqual(250_000n)
  })

  it.each([
    ['demo-ben', 'included_exhausted'],
    ['demo-halden', 'consent_required'],
    ['demo-jonas', 'credits_insufficient'],
  ])('has blocked %s: %s', async (externalId, reason) => {
    expect(await lastDenial(externalId)).toBe(reason)
  })

  it('has charged credits of Halden with a consent that was asked for', async () => {
    const { customer } = await view('demo-halden')
    const page = await engine.readers.decisions({ customer: customer.id, cursor: null, limit: 200, outcome: 'allowed' })
    expect(page.items.filter(({ decision }) => decision.funding.some((line) => line.layer === 'credits'))).toHaveLength(
      1,
    )
  })

  it('has a video of Mira running', async () => {
    const { openHolds } = await view('demo-mira')
    expect(openHolds.map((hold) => hold.feature)).toEqual(['video.generate'])
  })

  it('draws on the contract pool of Meridian', async () => {
    const { state } = await view('demo-meridian')
    const pool = state.grants.find((grant) => grant.kind === 'entitlement')
    expect(pool?.available).toBeLessThan(pool?.amount ?? 0n)
  })

  it('dates nothing into the future', async () => {
    for (const { state } of await snapshot(engine)) expect(state?.atMs).toBeLessThanOrEqual(NOW)
  })

  it('is left as it is by a second start, and keeps the service key', async () => {
    const before = await snapshot(engine)
    const again = await seedDemo(engine, { ...SMALL, atMs: NOW + 60_000, serviceKey: world.serviceKey })
    expect(again).toEqual({ ...world, seeded: false })
    expect(await snapshot(engine)).toEqual(before)
  })

  it('replaces a service key that the engine does not know', async () => {
    const again = await seedDemo(engine, { ...SMALL, serviceKey: 'sk_of_another_house' })
    const key = await engine.keys.bySecretHash(engine.hash(again.serviceKey))
    expect(key).toMatchObject({ customer: null, scopes: ['decide', 'price', 'read', 'manage', 'ingest', 'policy'] })
  })
})

describe('what customers asked', () => {
  it('is there once, with both sides of it', async () => {
    const engine = await newEngine()
    await seedDemo(engine, SMALL)
    const people = new Map(PERSONAS.map(({ persona }) => [persona as string, engine.ids.next('usr', NOW)]))
    for (let start = 0; start < 2; start += 1) await seedQuestions(engine, people)
    const all = await customers(engine)
    const requests = (await Promise.all(all.map(({ id }) => engine.limitRequests.list(id)))).flat()
    expect(Object.fromEntries(requests.map((one) => [one.askedByName, one.outcome.state]))).toEqual({
      'Jonas Weber': 'declined',
      'Mira Costa': 'open',
      'Noor Haddad': 'open',
    })
    expect(requests).toHaveLength(3)
    for (const { asked, limitThen } of requests) expect(asked).toBeGreaterThan(limitThen)
    const cases = (await Promise.all(all.map(({ id }) => engine.cases.list(id)))).flat()
    expect(Object.fromEntries(cases.map((one) => [one.openedByName, [one.state, one.messages]]))).toEqual({
      'Jonas Weber': ['answered', 2],
      'Noor Haddad': ['closed', 3],
    })
    expect(cases).toHaveLength(2)
  })
})

describe('a seed that was cut off', () => {
  it('is completed by the next one to the same world', async () => {
    const whole = await newEngine()
    await seedDemo(whole, SMALL)
    const broken = await newEngine()
    let left = 150
    const transact: Engine['customers']['transact'] = (customer, operation) => {
      left -= 1
      return left < 0 ? Promise.reject(new Error('killed')) : broken.customers.transact(customer, operation)
    }
    await expect(
      seedDemo(
        {
          ...broken,
          customers: { ...broken.customers, transact, create: broken.customers.create.bind(broken.customers) },
        },
        SMALL,
      ),
    ).rejects.toThrow('killed')
    expect((await seedDemo(broken, SMALL)).seeded).toBe(true)

    const figures = async (engine: Engine) =>
      (await Promise.all((await customers(engine)).map((customer) => engine.readers.customer(customer.id))))
        .map((view) => ({
          who: view?.customer.externalId,
          windows: Object.entries(view?.state.windows ?? {}).map(([id, window]) => [
            id,
            window.kind === 'fixed' ? window.used : null,
          ]),
          available: view?.state.grants.map((grant) => [grant.kind, grant.amount, grant.available]),
        }))
        .sort((a, b) => String(a.who).localeCompare(String(b.who)))
    expect(await figures(broken)).toEqual(await figures(whole))
  })
})
