import { MICRO_PER_CREDIT } from '../core/shared/amount.ts'
import { type Random, seededRandom } from './random.ts'

/**
 * A made-up population, the same for the same seed. Each customer is drawn from a stream of its own (seed, index), so
 * that customer 7 of 50 is customer 7 of 500.
 *
 * Use is heavy-tailed, as in every shared service: weight = (rank + 2)^-0.9 x log-normal(sigma 0.5). Heavy customers
 * tend to hold higher tiers, but not always: a heavy user on Free is what windows are for. Purchased balances are
 * log-normal, so that some run out during a replay; who is asked first and who is never charged is drawn per tier.
 */
export interface PopulationOptions {
  readonly seed: string
  /** 1 to 100,000. */
  readonly customers: number
}

export type TierId = 'free' | 'plus' | 'pro' | 'enterprise'

export interface SimulatedCustomer {
  /** `sim-<seed>-<four digits or more>`: provisioning again finds it again. */
  readonly externalId: string
  readonly name: string
  readonly kind: 'person' | 'organization'
  readonly tier: TierId
  readonly timeZone: string
  readonly consent: 'off' | 'ask' | 'on'
  /** Members (`member-3`) or keys (`key-1`), the busiest first. */
  readonly subjects: readonly [string, ...string[]]
  /** Share of requests that go to the large model. */
  readonly largeShare: number
  /** Relative frequency of requests. */
  readonly weight: number
  readonly grants: readonly SimulatedGrant[]
}

export interface SimulatedGrant {
  readonly kind: 'promotion' | 'entitlement' | 'credits'
  readonly amount: bigint
  readonly priority: number
  readonly expiresInDays: number
  readonly reason: string
}

const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'Asia/Tokyo',
  'America/Los_Angeles',
  'Europe/London',
  'Asia/Kolkata',
] as const
const FIRST = [
  'Amara',
  'Bruno',
  'Chen',
  'Dilan',
  'Elif',
  'Farid',
  'Greta',
  'Hana',
  'Ivo',
  'Jana',
  'Kofi',
  'Lena',
  'Mateo',
  'Nora',
  'Omar',
  'Petra',
] as const
const LAST = [
  'Adler',
  'Brandt',
  'Costa',
  'Duarte',
  'Eriksen',
  'Fischer',
  'Garcia',
  'Hoffman',
  'Ito',
  'Jansen',
  'Kaya',
  'Lindqvist',
  'Moreau',
  'Novak',
  'Okafor',
  'Pereira',
] as const
const TRADE = ['Robotics', 'Analytics', 'Health', 'Logistics', 'Studios', 'Energy', 'Software', 'Research'] as const

const CONSENT: Record<TierId, Record<'off' | 'ask' | 'on', number>> = {
  free: { off: 70, ask: 22, on: 8 },
  plus: { off: 35, ask: 30, on: 35 },
  pro: { off: 12, ask: 33, on: 55 },
  enterprise: { off: 10, ask: 15, on: 75 },
}

export function makePopulation(options: PopulationOptions): SimulatedCustomer[] {
  if (!Number.isInteger(options.customers) || options.customers < 1 || options.customers > 100_000) {
    throw new RangeError('customers must be a whole number from 1 to 100,000')
  }
  return Array.from({ length: options.customers }, (_, index) => makeCustomer(options.seed, index))
}

function makeCustomer(seed: string, index: number): SimulatedCustomer {
  const random = seededRandom(`${seed}/customer/${index}`)
  const weight = (index + 3) ** -0.9 * random.logNormal(1, 0.5)
  const tier = drawTier(random, index)
  const organization = tier === 'enterprise' || (tier === 'pro' && random.chance(0.6))
  const consent = random.weighted(CONSENT[tier])
  return {
    externalId: `sim-${seed}-${String(index + 1).padStart(4, '0')}`,
    name: organization ? `${random.pick(LAST)} ${random.pick(TRADE)}` : `${random.pick(FIRST)} ${random.pick(LAST)}`,
    kind: organization ? 'organization' : 'person',
    tier,
    timeZone: random.pick(ZONES),
    consent,
    subjects: drawSubjects(random, tier, organization),
    largeShare: 0.35 + 0.6 * random.next(),
    weight,
    grants: drawGrants(random, tier, consent),
  }
}

/** The busiest ranks are mostly enterprise and pro, the tail mostly free. */
function drawTier(random: Random, index: number): TierId {
  const heavy = 1 / (1 + index / 12)
  return random.weighted({
    free: 10 + 50 * (1 - heavy),
    plus: 14 + 20 * (1 - heavy),
    pro: 10 + 30 * heavy,
    enterprise: 1 + 24 * heavy,
  })
}

function drawSubjects(random: Random, tier: TierId, organization: boolean): [string, ...string[]] {
  const most = { free: 1, plus: 2, pro: 6, enterprise: 40 }[tier]
  const count = organization
    ? Math.min(most, 1 + Math.floor(random.logNormal(most / 4, 0.7)))
    : random.between(1, Math.min(most, 2))
  const word = organization && random.chance(0.5) ? 'key' : 'member'
  return [`${word}-1`, ...Array.from({ length: count - 1 }, (_, i) => `${word}-${i + 2}`)]
}

function drawGrants(random: Random, tier: TierId, consent: 'off' | 'ask' | 'on'): SimulatedGrant[] {
  const grants: SimulatedGrant[] = []
  const add = (kind: SimulatedGrant['kind'], credits: number, priority: number, days: number, reason: string) =>
    grants.push({ kind, amount: toMicroCredits(credits), priority, expiresInDays: days, reason })
  if (tier !== 'enterprise' && random.chance(tier === 'free' ? 0.25 : 0.4)) {
    add('promotion', random.pick([0.5, 1, 2]), 20, 30, 'Welcome promotion')
  }
  if (tier === 'enterprise' && random.chance(0.8)) {
    add('entitlement', random.logNormal(25, 0.8), 30, 365, 'Contract pool')
  }
  const buys = consent === 'off' ? 0.15 : tier === 'free' ? 0.5 : 0.85
  if (random.chance(buys)) {
    const median = { free: 0.4, plus: 1.5, pro: 5, enterprise: 20 }[tier]
    for (let pack = random.between(1, 2); pack > 0; pack -= 1) {
      add('credits', random.logNormal(median, 0.8), 50, 365, 'Purchased credits')
    }
  }
  return grants
}

/** Credits are drawn as a fraction and rounded once, to a hundredth of a credit. */
function toMicroCredits(credits: number): bigint {
  return BigInt(Math.max(1, Math.round(credits * 100))) * (MICRO_PER_CREDIT / 100n)
}
