import type { CustomerId, DecisionId, SubjectId } from '../../core/shared/ids.ts'
import type { Reason } from '../../core/waterfall/decision.ts'
import type { Reply } from '../../ports/customer-state.ts'
import type { DenialTally } from '../../ports/readers.ts'
import type { Engine } from '../engine.ts'
import { BoundedMemory } from './bounded-memory.ts'

/** Full records of identical denials (customer, subject, feature, reason) in one minute. */
export const RECORDED_ALIKE = 10
/** Full records of a customer's denials in one minute. */
export const RECORDED_PER_CUSTOMER = 60
const MINUTE_MS = 60_000
const KINDS_BOUND = 20_000
const REPLIES_BOUND = 20_000
const TALLIES_BOUND = 10_000

export interface DenialKind {
  readonly customer: CustomerId
  readonly subject: SubjectId | null
  readonly feature: string
  readonly reason: Reason
}

interface Counted {
  readonly minute: number
  count: number
  /** Decisions that identical denials are counted onto: recorded, or on their way. */
  latest: DecisionId
}

export type Keeping =
  /** Keep the whole record. */
  | { readonly kind: 'record' }
  /** Keep nothing: count it onto that decision. */
  | { readonly kind: 'count'; readonly onto: DecisionId }

/**
 * Keeps a storm of denials from growing the ledger at the rate of its requests. The first denials of a kind in a minute
 * are recorded, further ones are counted. In the memory of one process: n processes record at most n times as many.
 */
export class DenialMemory {
  private readonly kinds = new BoundedMemory<string, Counted>(KINDS_BOUND)
  private readonly customers = new BoundedMemory<CustomerId, Counted>(KINDS_BOUND)
  private readonly replies = new BoundedMemory<string, { fingerprint: string; reply: Reply }>(REPLIES_BOUND)
  private tallies = new Map<DecisionId, DenialTally>()

  /** Decides how a denial is kept, and takes its place among the recorded ones. */
  keep(kind: DenialKind, decision: DecisionId, atMs: number): Keeping {
    const name = nameOf(kind)
    const minute = Math.floor(atMs / MINUTE_MS)
    const alike = current(this.kinds, name, minute)
    const all = current(this.customers, kind.customer, minute)
    if (alike !== null && alike.count >= RECORDED_ALIKE) return { kind: 'count', onto: alike.latest }
    if (all !== null && all.count >= RECORDED_PER_CUSTOMER) return { kind: 'count', onto: alike?.latest ?? all.latest }
    count(this.kinds, name, { alike, minute, decision })
    count(this.customers, kind.customer, { alike: all, minute, decision })
    return { kind: 'record' }
  }

  /** A denial that was to be recorded was not: nothing may be counted onto it. */
  forget(kind: DenialKind): void {
    this.kinds.delete(nameOf(kind))
    this.customers.delete(kind.customer)
  }

  /** Counts a denial that left no record, and keeps its answer for a retry of the same key. */
  counted(denial: {
    customer: CustomerId
    key: string
    fingerprint: string
    onto: DecisionId
    atMs: number
    reply: Reply
  }): void {
    const { customer, onto, atMs } = denial
    this.replies.set(`${customer}\n${denial.key}`, { fingerprint: denial.fingerprint, reply: denial.reply })
    const before = this.tallies.get(onto)
    if (before === undefined && this.tallies.size >= TALLIES_BOUND) return
    this.tallies.set(onto, {
      decision: onto,
      customer,
      count: (before?.count ?? 0) + 1,
      lastAtMs: Math.max(atMs, before?.lastAtMs ?? 0),
    })
  }

  /** The answer that a counted denial gave to this key; null when none is remembered. */
  replyTo(customer: CustomerId, key: string): { fingerprint: string; reply: Reply } | null {
    return this.replies.get(`${customer}\n${key}`) ?? null
  }

  /** Hands over what was counted since the last call. */
  takeTallies(): readonly DenialTally[] {
    const taken = [...this.tallies.values()]
    this.tallies = new Map()
    return taken
  }

  /** Puts counts back that could not be stored. */
  restore(tallies: readonly DenialTally[]): void {
    for (const tally of tallies) {
      const since = this.tallies.get(tally.decision)
      if (since === undefined && this.tallies.size >= TALLIES_BOUND) return
      this.tallies.set(tally.decision, {
        ...tally,
        count: tally.count + (since?.count ?? 0),
        lastAtMs: Math.max(tally.lastAtMs, since?.lastAtMs ?? 0),
      })
    }
  }
}

const nameOf = ({ customer, subject, feature, reason }: DenialKind): string =>
  `${customer}\n${reason}\n${feature}\n${subject ?? ''}`

function current<Key>(memory: BoundedMemory<Key, Counted>, key: Key, minute: number): Counted | null {
  const counted = memory.get(key)
  return counted !== undefined && counted.minute === minute ? counted : null
}

function count<Key>(
  memory: BoundedMemory<Key, Counted>,
  key: Key,
  { alike, minute, decision }: { alike: Counted | null; minute: number; decision: DecisionId },
): void {
  if (alike === null) memory.set(key, { minute, count: 1, latest: decision })
  else {
    alike.count++
    alike.latest = decision
  }
}

const memories = new WeakMap<Engine, DenialMemory>()

/** The one memory of this engine: whoever asks, over HTTP or from a page, shares it. */
export function denialMemoryOf(engine: Engine): DenialMemory {
  let memory = memories.get(engine)
  if (memory === undefined) memories.set(engine, (memory = new DenialMemory()))
  return memory
}

/** Stores what was counted; on failure it is counted again with the next call. */
export async function flushDenials(engine: Engine): Promise<void> {
  const memory = denialMemoryOf(engine)
  const tallies = memory.takeTallies()
  if (tallies.length === 0) return
  try {
    await engine.readers.tally(tallies)
  } catch (fault) {
    memory.restore(tallies)
    throw fault
  }
}
