import { StoreUnavailable } from '../ports/customer-state.ts'
import { SCOPES } from '../ports/key-store.ts'
import type { Engine } from '../services/engine.ts'
import { createKey } from '../services/key/create.ts'
import { demoActor } from './actor.ts'
import { assigner } from './assign.ts'
import { PERSONAS } from './personas.ts'
import { STORIES } from './persona-stories.ts'
import { makePopulation, type SimulatedCustomer } from './population.ts'
import { seededRandom } from './random.ts'
import { runBounded } from './run-bounded.ts'
import { SEED_ACTOR, seedCustomer } from './seed-customer.ts'

export interface SeedOptions {
  /** Now, by the engine's clock: the history ends here. */
  readonly atMs: number
  /** The key of an earlier start; used again when the engine still knows it. */
  readonly serviceKey?: string | null
  /** Of the population beside the personas; 120 by default. */
  readonly customers?: number
  /** Requests of the population's last six hours; 1,200 by default. */
  readonly requests?: number
}

export interface DemoWorld {
  readonly personas: readonly { id: string; name: string; role: string; customer: string; blurb: string }[]
  /** Secret of a service key with every scope. */
  readonly serviceKey: string
  /** False: the world was there already. */
  readonly seeded: boolean
}

/** Created last, so that its presence says the world is complete. */
const LAST = 'demo-house'
export const DEMO_SEED = 'demo'
/** A changed ledger is a transaction of its own: more side by side than a machine has connections only wait. */
const LANES = 16
const TRIES = 4
const HISTORY_MS = 6 * 3_600_000
const DAY_MS = 86_400_000

/**
 * Makes the demo world through the real services, once: personas with their stories, a population with six hours of
 * requests, and a service key. Cut off half-way it is completed by the next call; complete, it is left as it is.
 */
export async function seedDemo(engine: Engine, options: SeedOptions): Promise<DemoWorld> {
  const known = await findCustomer(engine, LAST)
  if (known === null) {
    const stories = STORIES.map((story) => ({
      last: story.customer.externalId === LAST,
      play: () => seedStory(engine, story, options.atMs),
    }))
    const first = stories.filter((story) => !story.last).map((story) => story.play)
    // The longest histories first: customers go side by side, each in its own order.
    await runBounded([...first, ...populationHistories(engine, options)], LANES, (play) => persist(play))
    for (const story of stories) if (story.last) await persist(story.play)
  }
  const ids = new Map<string, string>()
  for (const { externalId } of PERSONAS)
    ids.set(externalId, ids.get(externalId) ?? (await findCustomer(engine, externalId)) ?? '')
  return {
    personas: PERSONAS.map((one) => ({
      id: one.persona,
      name: one.name,
      role: one.role,
      customer: ids.get(one.externalId) ?? '',
      blurb: one.shows,
    })),
    serviceKey: await keepKey(engine, options.serviceKey ?? null),
    seeded: known === null,
  }
}

/** A store that did not answer in time is asked again: every step has its key, so a history is gone over, never doubled. */
async function persist(play: () => Promise<void>): Promise<void> {
  for (let left = TRIES; ; left -= 1) {
    try {
      return await play()
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || left === 1) throw error
    }
  }
}

async function seedStory(engine: Engine, story: (typeof STORIES)[number], nowMs: number): Promise<void> {
  const id = await seedCustomer(engine, story.customer, nowMs - story.sinceDays * DAY_MS)
  await story.play(demoActor(engine, id), nowMs)
}

function populationHistories(engine: Engine, options: SeedOptions): (() => Promise<void>)[] {
  const population = makePopulation({ seed: DEMO_SEED, customers: options.customers ?? 120 })
  const requests = options.requests ?? 1_200
  const assign = assigner(population, DEMO_SEED)
  const rowsOf = new Map<SimulatedCustomer, number[]>(population.map((customer) => [customer, []]))
  for (let row = 1; row <= requests; row += 1) rowsOf.get(assign(row).customer)?.push(row)

  const play = async (customer: SimulatedCustomer, rows: readonly number[]) => {
    const random = seededRandom(`${DEMO_SEED}/${customer.externalId}/history`)
    const id = await seedCustomer(engine, customer, options.atMs - random.between(2, 27) * DAY_MS)
    const actor = demoActor(engine, id)
    for (const row of rows) {
      const { subject, feature, model } = assign(row)
      const usage = {
        input_tokens: Math.round(Math.min(16_000, random.logNormal(4_000, 1))),
        output_tokens: Math.round(random.logNormal(40, 1)),
      }
      const atMs = options.atMs - HISTORY_MS + Math.floor((HISTORY_MS * row) / (requests + 1))
      await actor.consume({ atMs, subject, feature, usage, attributes: { model } })
    }
  }
  return [...rowsOf]
    .sort((a, b) => b[1].length - a[1].length)
    .map(
      ([customer, rows]) =>
        () =>
          play(customer, rows),
    )
}

async function findCustomer(engine: Engine, externalId: string): Promise<string | null> {
  const page = await engine.readers.customers({ cursor: null, limit: 20, search: externalId })
  return page.items.find((customer) => customer.externalId === externalId)?.id ?? null
}

async function keepKey(engine: Engine, secret: string | null): Promise<string> {
  const known = secret === null ? null : await engine.keys.bySecretHash(engine.hash(secret))
  if (secret !== null && known !== null && known.revokedAtMs === null) return secret
  const created = await createKey(engine, {
    customer: null,
    name: 'Demo service key',
    scopes: SCOPES,
    expiresAtMs: null,
    actor: SEED_ACTOR,
    reason: 'Demo world',
  })
  if (created.kind !== 'created') throw new Error(`the demo's service key was refused: ${created.why}`)
  return created.secret
}
