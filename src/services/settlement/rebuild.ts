import { chargesOf } from '../../core/settlement/post.ts'
import { monetize } from '../../core/settlement/monetize.ts'
import type { MonetizationEvent } from '../../core/settlement/events.ts'
import type { Policy } from '../../core/policy/policy.ts'
import type { MicroCredits } from '../../core/shared/amount.ts'
import type { CustomerId, GrantId, UsageEventId } from '../../core/shared/ids.ts'
import type { VerifyStore, VerifyView } from '../../ports/verify-store.ts'
import type { Engine } from '../engine.ts'
import { walk } from '../verify/pages.ts'
import { differing, same } from '../verify/same.ts'

export interface Rebuild {
  readonly usageEvents: number
  /** Events whose stored monetization event is not what the replay gives; the first hundred. */
  readonly differences: readonly { readonly usageEvent: UsageEventId; readonly why: string }[]
  readonly differing: number
  /** Every grant: its balance as stored, and as the replay of its history gives it. */
  readonly balances: readonly {
    readonly grant: GrantId
    readonly stored: MicroCredits
    readonly rebuilt: MicroCredits
  }[]
  readonly equal: boolean
}

const TOLD_BOUND = 100

/**
 * Replay: prices a customer's settled usage again at the versions it cites, draws the balances anew from grants and the
 * events so made, and compares both with what is stored. Reads one picture of the store and changes nothing.
 */
export async function rebuild(
  engine: Pick<Engine, 'policies'>,
  store: VerifyStore,
  customer: CustomerId,
): Promise<Rebuild> {
  return store.read(async (view) => {
    const standing = await view.standing(customer)
    const dead = new Set(standing?.deadLetters ?? [])
    const settledVersion = standing?.head.settledVersion ?? 0
    const balances = await balancesBeforeCharges(view, customer)
    const told: { usageEvent: UsageEventId; why: string }[] = []
    let usageEvents = 0
    let wrong = 0

    const monetized = walk(
      0,
      (after, limit) => view.monetizationEvents(customer, after, limit),
      (row) => row.version,
    )
    let stored = await monetized.next()
    for await (const usage of walk(
      0,
      (after, limit) => view.usageEvents(customer, after, limit),
      (row) => row.version,
    )) {
      if (usage.version > settledVersion) break
      usageEvents += 1
      while (!stored.done && stored.value.version < usage.version) stored = await monetized.next()
      const partner = !stored.done && stored.value.version === usage.version ? stored.value : null
      const policy = await policyOf(engine, usage.policyVersion)
      const made = { id: partner?.id ?? '', settledAtMs: partner?.settledAtMs ?? 0 }
      const again = policy === null ? null : monetize(usage, policy, made)
      const event = again?.ok ? again.event : null
      if (dead.has(usage.id)) continue
      for (const [grant, amount] of chargesOf(event?.lines ?? []))
        balances.set(grant, (balances.get(grant) ?? 0n) - amount)
      const why = difference(event, partner)
      if (why === null) continue
      wrong += 1
      if (told.length < TOLD_BOUND) told.push({ usageEvent: usage.id, why })
    }
    const grants = await compareBalances(view, customer, balances)
    const equal = wrong === 0 && grants.every((grant) => grant.stored === grant.rebuilt)
    return { usageEvents, differences: told, differing: wrong, balances: grants, equal }
  })
}

function difference(again: MonetizationEvent | null, stored: MonetizationEvent | null): string | null {
  if (stored === null) return 'has no monetization event'
  if (again === null) return 'cannot be priced again'
  return same(again, stored) ? null : `differs in ${differing(again, stored)}`
}

/** What grants would hold if no usage had been charged: entries, expiries, revocations, debt and corrections. */
async function balancesBeforeCharges(view: VerifyView, customer: CustomerId): Promise<Map<string, bigint>> {
  const balances = new Map<string, bigint>()
  const read = (after: number, limit: number) => view.balanceUpdates(customer, after, limit)
  for await (const update of walk(0, read, (row) => row.seq)) {
    if (update.cause.kind === 'charge') continue
    balances.set(update.grant, (balances.get(update.grant) ?? 0n) + update.delta)
  }
  return balances
}

async function compareBalances(
  view: VerifyView,
  customer: CustomerId,
  rebuilt: ReadonlyMap<string, bigint>,
): Promise<Rebuild['balances']> {
  const balances: { grant: GrantId; stored: MicroCredits; rebuilt: MicroCredits }[] = []
  const read = (after: string | null, limit: number) => view.grants(customer, after, limit)
  for await (const grant of walk(null, read, (row) => row.id as string | null)) {
    balances.push({ grant: grant.id, stored: grant.balance, rebuilt: rebuilt.get(grant.id) ?? 0n })
  }
  return balances
}

const policyOf = async (engine: Pick<Engine, 'policies'>, version: number): Promise<Policy | null> =>
  engine.policies.get(version) ?? (await engine.policies.load(version))
