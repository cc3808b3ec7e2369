import { createHash } from 'node:crypto'
import type { Hold } from '../src/core/hold/hold.ts'
import type { Policy } from '../src/core/policy/policy.ts'
import type {
  BalanceUpdate,
  LedgerGrant,
  LedgerHead,
  MonetizationEvent,
  UsageEvent,
  UsageLine,
} from '../src/core/settlement/events.ts'
import type { SettleContext, Settlement } from '../src/core/settlement/settle.ts'
import type { Effects, Snapshot } from '../src/core/waterfall/effects.ts'
import { type CustomerProfile, type CustomerState, newState } from '../src/core/waterfall/state.ts'
import { emptyHead } from '../src/core/ledger/chain.ts'

export const CUSTOMER = `cus_${'0'.repeat(32)}`
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Enough of a policy for prices that are given as a cost. */
export const policy = {
  version: 1,
  document: { features: { 'codex.task': { title: 'Task', meters: [] } }, meters: {}, rateCard: { rates: [] } },
} as unknown as Policy

/** Everything of one customer, in memory, with what a store would do: apply effects, keep records. */
export interface World {
  state: CustomerState
  head: LedgerHead
  grants: Map<string, LedgerGrant>
  updates: BalanceUpdate[]
  usage: UsageEvent[]
  monetized: MonetizationEvent[]
  holds: Map<string, Hold>
  attempts: Map<string, number>
  dead: Set<string>
  nowMs: number
  made: number
}

export function newWorld(profile: Partial<CustomerProfile> = {}, nowMs = 1_000): World {
  const state = newState(CUSTOMER, {
    version: 1,
    atMs: 0,
    profile: {
      status: 'active',
      tier: 'plus',
      timeZone: 'UTC',
      anchorMs: 0,
      consent: 'on',
      caps: [],
      overrides: [],
      resets: [],
      ...profile,
    },
  })
  return {
    state,
    head: emptyHead(CUSTOMER),
    grants: new Map(),
    updates: [],
    usage: [],
    monetized: [],
    holds: new Map(),
    attempts: new Map(),
    dead: new Set(),
    nowMs,
    made: 0,
  }
}

export function contextOf(world: World): SettleContext {
  return {
    nowMs: world.nowMs,
    hash: sha256,
    nextId: (prefix) => `${prefix}_${(++world.made).toString(16).padStart(32, '0')}`,
    policyOf: (version) => (version === policy.version ? policy : undefined),
  }
}

export function snapshotOf(
  world: World,
  { usedKeys = [], named = [] }: { usedKeys?: readonly string[]; named?: readonly string[] } = {},
): Snapshot {
  return {
    state: world.state,
    subjects: new Map(),
    holds: new Map(),
    openHolds: null,
    ledger: {
      head: world.head,
      grants: new Map([...world.grants].filter(([id, grant]) => named.includes(id) || isLoaded(world, grant))),
      pending: unsettled(world),
    },
    usedKeys: new Set(usedKeys),
  }
}

/** As stores load the ledger: spent grants of the past are left out. */
function isLoaded(world: World, grant: LedgerGrant): boolean {
  const held = world.state.grants.some((state) => state.id === grant.id && state.held > 0n)
  return grant.balance > 0n || held || grant.expiresAtMs === null || grant.expiresAtMs > world.nowMs
}

export const unsettled = (world: World): UsageEvent[] => {
  const settled = new Set(world.monetized.map((event) => event.usageEvent))
  return world.usage.filter((event) => !settled.has(event.id))
}

export function apply(world: World, effects: Effects | null): void {
  if (effects?.state) world.state = effects.state
  if (effects?.ledger === undefined) return
  world.head = effects.ledger.head
  world.updates.push(...effects.ledger.updates)
  for (const grant of effects.ledger.grants) world.grants.set(grant.id, grant)
}

export function applySettlement(world: World, settlement: Settlement): void {
  world.head = settlement.head
  world.updates.push(...settlement.updates)
  world.monetized.push(...settlement.monetizationEvents)
  for (const grant of settlement.grants) world.grants.set(grant.id, grant)
  for (const { event, dead } of settlement.failures) {
    world.attempts.set(event.id, (world.attempts.get(event.id) ?? 0) + 1)
    if (dead) world.dead.add(event.id)
  }
}

/** Records usage whose lines the gate has taken. */
export function recordUsage(world: World, lines: readonly UsageLine[], changes: Partial<UsageEvent> = {}): UsageEvent {
  const cost = lines.reduce((sum, line) => sum + line.amount, 0n)
  world.made += 1
  world.state = { ...world.state, version: world.state.version + 1, atMs: Math.max(world.nowMs, world.state.atMs) }
  const event: UsageEvent = {
    id: `use_${world.made.toString(16).padStart(32, '0')}`,
    customer: CUSTOMER,
    version: world.state.version,
    decision: null,
    hold: null,
    subject: null,
    task: null,
    feature: 'codex.task',
    price: { kind: 'cost', cost },
    attributes: {},
    cost,
    policyVersion: 1,
    lines,
    origin: { kind: 'decision' },
    effectiveAtMs: world.state.atMs,
    recordedAtMs: world.state.atMs,
    ...changes,
  }
  world.usage.push(event)
  return event
}

/** The gate's part in little: takes from usable grants in state order, into holds or straight into usage. */
export function takeLines(world: World, amount: bigint, into: 'held' | 'spent'): UsageLine[] {
  let need = amount
  const lines: UsageLine[] = []
  const atMs = Math.max(world.nowMs, world.state.atMs)
  const grants = world.state.grants.map((grant) => {
    const usable = grant.effectiveAtMs <= atMs && (grant.expiresAtMs === null || grant.expiresAtMs > atMs)
    const taken = !usable ? 0n : need < grant.available ? need : grant.available
    if (taken === 0n) return grant
    need -= taken
    lines.push({ kind: 'grant', layer: grant.kind, source: grant.id, amount: taken })
    return { ...grant, available: grant.available - taken, held: grant.held + (into === 'held' ? taken : 0n) }
  })
  world.state = { ...world.state, grants: grants.filter((grant) => grant.available > 0n || grant.held > 0n) }
  if (need > 0n) lines.push({ kind: 'absorbed', amount: need })
  return lines
}
