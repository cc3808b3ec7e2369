import { SpillwayProblem } from '../client/problem.ts'
import type { Spillway } from '../client/spillway.ts'
import { runBounded } from './run-bounded.ts'
import type { SimulatedCustomer, SimulatedGrant } from './population.ts'

/** External id -> the engine's customer id. */
export type Provisioned = ReadonlyMap<string, string>

const DAY_MS = 86_400_000

/**
 * Creates the population over the API; what exists already is found again by its external id, and a grant that was given
 * is not given twice (its idempotency key is its name). A population can so be provisioned again after a crash.
 */
export async function provision(
  spillway: Spillway,
  population: readonly SimulatedCustomer[],
  options: { concurrency: number; atMs: number; onDone: (created: boolean) => void },
): Promise<Provisioned> {
  const found = new Map<string, string>()
  await runBounded(population, options.concurrency, async (customer) => {
    const { id, created } = await ensureCustomer(spillway, customer)
    found.set(customer.externalId, id)
    for (const [index, grant] of customer.grants.entries()) {
      await giveGrant(spillway, {
        customer: id,
        key: `${customer.externalId}/grant/${index}`,
        grant,
        atMs: options.atMs,
      })
    }
    options.onDone(created)
  })
  return found
}

type Provisionable = Pick<SimulatedCustomer, 'externalId' | 'name' | 'kind' | 'tier' | 'timeZone' | 'consent'>

/** The customer of this external id, made when there is none. */
export async function ensureCustomer(
  spillway: Spillway,
  customer: Provisionable,
): Promise<{ id: string; created: boolean }> {
  const { externalId, name, kind, tier, timeZone, consent } = customer
  try {
    // No key that would come again: the external id keeps the customer single, also when another profile is asked for.
    const answer = await spillway.call('POST', '/customers', { externalId, name, kind, tier, timeZone, consent })
    return { id: idOf(answer.json), created: true }
  } catch (error) {
    if (error instanceof SpillwayProblem && error.status === 409) return { id: idOf(error.members), created: false }
    throw error
  }
}

function idOf(json: Readonly<Record<string, unknown>>): string {
  for (const member of ['id', 'customer']) {
    const value = json[member]
    if (typeof value === 'string' && value.startsWith('cus_')) return value
  }
  throw new Error('the engine answered without a customer id')
}

/** A grant whose key was used before is there already, with the expiry of that day. */
async function giveGrant(
  spillway: Spillway,
  given: { customer: string; key: string; grant: SimulatedGrant; atMs: number },
): Promise<void> {
  const { kind, amount, priority, expiresInDays, reason } = given.grant
  const expiresAt = new Date(given.atMs + expiresInDays * DAY_MS).toISOString()
  const body = { kind, amount: amount.toString(), priority, expiresAt, reason }
  try {
    await spillway.call('POST', `/customers/${given.customer}/grants`, body, { idempotencyKey: given.key })
  } catch (error) {
    const given =
      error instanceof SpillwayProblem && ['idempotency-key-reused', 'duplicate-source'].includes(error.code)
    if (!given) throw error
  }
}
