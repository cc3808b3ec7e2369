import type { Spillway } from '../client/spillway.ts'
import { type Histogram, newHistogram } from './histogram.ts'
import { runBounded } from './run-bounded.ts'
import type { Captured } from './tally.ts'

/** What settlement charged for a run, read back from the monetization events over the API. */
export interface Charges {
  /** Micro-credits by layer; `included`, `absorbed` and `debt` cost nobody any credits. */
  readonly byLayer: Map<string, bigint>
  events: number
  cost: bigint
  /** Use to charge, per event. */
  readonly lagMs: Histogram
  /** Customers whose charges did not reach what was captured within the time allowed. */
  readonly behind: string[]
}

export interface ChargesQuery {
  readonly spillway: Spillway
  /** Customer -> what the run captured. */
  readonly captured: ReadonlyMap<string, Captured>
  readonly waitMs: number
}

interface Line {
  kind: string
  layer?: string
  amount: string
}
interface Event {
  usageEvent: string
  cost: string
  lines: Line[]
  effectiveAt: string
  settledAt: string
}
interface CustomerCharges {
  cost: bigint
  events: Event[]
}

const POLL_MS = 200
const MAX_PAGES = 2_000
/** Of the API. Ids are made a moment before the order of settlement: a whole page of older ones is surely the end. */
const PAGE = 200

/** Waits, bounded, until every customer is charged what was captured, then adds the charges up. */
export async function collectCharges(query: ChargesQuery): Promise<Charges> {
  const deadline = performance.now() + query.waitMs
  const charges: Charges = { byLayer: new Map(), events: 0, cost: 0n, lagMs: newHistogram(), behind: [] }
  await runBounded(query.captured, 8, async ([customer, captured]) => {
    let found = await readCustomer(query.spillway, customer, captured)
    while (found.cost < captured.cost && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
      found = await readCustomer(query.spillway, customer, captured)
    }
    if (found.cost !== captured.cost) charges.behind.push(customer)
    for (const event of found.events) addEvent(charges, event)
  })
  return charges
}

/** The charges of the usage events from the run's first to its last; pages come newest first. */
async function readCustomer(
  spillway: Spillway,
  customer: string,
  { firstEvent, lastEvent }: Captured,
): Promise<CustomerCharges> {
  const found: CustomerCharges = { cost: 0n, events: [] }
  let cursor: string | null = null
  let older = 0
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const path: string = `/customers/${customer}/monetization-events?limit=${PAGE}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`
    const { json } = await spillway.call('GET', path)
    for (const event of json['items'] as Event[]) {
      if (event.usageEvent > lastEvent) continue
      if (event.usageEvent < firstEvent) {
        older += 1
        continue
      }
      found.cost += BigInt(event.cost)
      found.events.push(event)
    }
    cursor = (json['nextCursor'] as string | null) ?? null
    if (cursor === null || older > PAGE) return found
  }
  return found
}

function addEvent(charges: Charges, event: Event): void {
  charges.events += 1
  charges.cost += BigInt(event.cost)
  charges.lagMs.add(Math.max(0, Date.parse(event.settledAt) - Date.parse(event.effectiveAt)))
  for (const line of event.lines) {
    const layer = line.kind === 'window' ? 'included' : (line.layer ?? line.kind)
    charges.byLayer.set(layer, (charges.byLayer.get(layer) ?? 0n) + BigInt(line.amount))
  }
}
