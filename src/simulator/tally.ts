import type { Capture, Decision, FundingLine } from '../client/types.ts'
import { type Histogram, newHistogram } from './histogram.ts'

export type LayerName = FundingLine['layer']
export const LAYER_NAMES: readonly LayerName[] = [
  'included',
  'allowance',
  'promotion',
  'entitlement',
  'adjustment',
  'credits',
]

/** One customer's captures: their cost in all, and the first and last usage event, whose ids sort by time. */
export interface Captured {
  readonly cost: bigint
  readonly firstEvent: string
  readonly lastEvent: string
}

/** Counts of one replay, in memory that does not grow with it (beyond one entry a customer's window). */
export interface Tally {
  readonly outcomes: Record<'allowed' | 'partial' | 'denied', number>
  /** Decisions by the last layer they had to draw on. */
  readonly deepest: Record<LayerName, number>
  /** Micro-credits reserved at authorize, by layer. */
  readonly reserved: Record<LayerName, bigint>
  readonly reasons: Map<string, number>
  /** Denials by HTTP status. */
  readonly statuses: Map<number, number>
  /** Micro-credits captured by customer: what settlement must arrive at. */
  readonly capturedOf: Map<string, Captured>
  readonly captures: {
    count: number
    cost: bigint
    fromHold: bigint
    drawnAnew: bigint
    absorbed: bigint
    debt: bigint
    returned: bigint
  }
  released: number
  retries: number
  /** Window id -> customers who met its end. */
  readonly exhausted: Map<string, Set<string>>
  readonly failures: { count: number; readonly samples: string[] }
  readonly authorizeMs: Histogram
  readonly captureMs: Histogram
  /** How late a request started against the trace's schedule. */
  readonly lateMs: Histogram
}

const byLayer = <T>(value: T) => Object.fromEntries(LAYER_NAMES.map((layer) => [layer, value])) as Record<LayerName, T>
const KEPT_FAILURES = 5

export function newTally(): Tally {
  return {
    outcomes: { allowed: 0, partial: 0, denied: 0 },
    deepest: byLayer(0),
    reserved: byLayer(0n),
    reasons: new Map(),
    statuses: new Map(),
    capturedOf: new Map(),
    captures: { count: 0, cost: 0n, fromHold: 0n, drawnAnew: 0n, absorbed: 0n, debt: 0n, returned: 0n },
    released: 0,
    retries: 0,
    exhausted: new Map(),
    failures: { count: 0, samples: [] },
    authorizeMs: newHistogram(),
    captureMs: newHistogram(),
    lateMs: newHistogram(),
  }
}

export function countDecision(tally: Tally, customer: string, decision: Decision): void {
  tally.outcomes[decision.outcome] += 1
  if (decision.outcome === 'denied') {
    add(tally.reasons, decision.reason)
    add(tally.statuses, decision.status)
  }
  let deepest: LayerName | null = null
  for (const line of decision.funding) {
    tally.reserved[line.layer] += BigInt(line.amount)
    if (deepest === null || LAYER_NAMES.indexOf(line.layer) > LAYER_NAMES.indexOf(deepest)) deepest = line.layer
  }
  if (deepest !== null && decision.outcome !== 'denied') tally.deepest[deepest] += 1
  for (const window of decision.windows) {
    if (window.remaining !== '0') continue
    const customers = tally.exhausted.get(window.id) ?? new Set()
    tally.exhausted.set(window.id, customers.add(customer))
  }
}

export function countCapture(tally: Tally, customer: string, capture: Capture): void {
  tally.captures.count += 1
  const event = capture.usageEvent
  const before = tally.capturedOf.get(customer) ?? { cost: 0n, firstEvent: event, lastEvent: event }
  tally.capturedOf.set(customer, {
    cost: before.cost + BigInt(capture.cost),
    firstEvent: event < before.firstEvent ? event : before.firstEvent,
    lastEvent: event > before.lastEvent ? event : before.lastEvent,
  })
  for (const part of ['cost', 'fromHold', 'drawnAnew', 'absorbed', 'debt'] as const) {
    tally.captures[part] += BigInt(capture[part])
  }
  tally.captures.returned += BigInt(capture.released)
}

export function countFailure(tally: Tally, what: string, error: unknown): void {
  tally.failures.count += 1
  const sentence = `${what}: ${error instanceof Error ? error.message : String(error)}`
  if (tally.failures.samples.length < KEPT_FAILURES && !tally.failures.samples.includes(sentence))
    tally.failures.samples.push(sentence)
}

function add<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
