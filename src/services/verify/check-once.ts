import { monetize } from '../../core/settlement/monetize.ts'
import { chargesOf } from '../../core/settlement/post.ts'
import type { MonetizationEvent, UsageEvent } from '../../core/settlement/events.ts'
import type { Policy } from '../../core/policy/policy.ts'
import type { VerifyView } from '../../ports/verify-store.ts'
import type { CustomerBooks } from './customer-books.ts'
import { walk } from './pages.ts'
import type { Findings } from './report.ts'
import { differing, same } from './same.ts'

export interface Rebuilt {
  /** Micro-credits per grant that usage took and nothing has charged yet, dead letters included. */
  readonly pending: ReadonlyMap<string, bigint>
  /** What balance updates have to charge: `monetization event/grant` -> amount. Taken out as updates are found. */
  readonly charges: Map<string, bigint>
  /** Debt that usage ran up. */
  readonly owed: bigint
  /** Included amount captured from each hold's decision. */
  readonly includedCaptured: ReadonlyMap<string, bigint>
}

export const chargeKey = (event: string, grant: string): string => `${event}/${grant}`

/**
 * I2, and the replay: prices every settled usage event again and compares it with its monetization event, side by side
 * in the order of versions; each has exactly one partner, up to where the head says it is settled.
 */
export async function rebuildEvents(
  view: VerifyView,
  input: { readonly books: CustomerBooks; readonly policyOf: (version: number) => Promise<Policy | null> },
  findings: Findings,
): Promise<Rebuilt> {
  const { books, policyOf } = input
  const { customer, head } = books
  const dead = new Set(books.deadLetters)
  const pending = new Map<string, bigint>()
  const charges = new Map<string, bigint>()
  const includedCaptured = new Map<string, bigint>()
  const captured = new Map(books.captured)
  let owed = 0n
  let lastVersion = 0

  const monetized = walk(
    0,
    (after, limit) => view.monetizationEvents(customer, after, limit),
    (row) => row.version,
  )
  let next = await monetized.next()
  const usage = walk(
    0,
    (after, limit) => view.usageEvents(customer, after, limit),
    (row) => row.version,
  )
  for await (const event of usage) {
    findings.saw('I2')
    findings.count('usageEvents')
    findings.expect(
      event.version > lastVersion,
      'I2',
      () => `${customer}: two usage events of version ${event.version}`,
    )
    lastVersion = event.version
    for (const line of event.lines) {
      if (line.kind === 'debt') owed += line.amount
      if (line.kind === 'window' && event.hold !== null && event.decision !== null)
        add(includedCaptured, event.decision, line.amount)
    }
    if (event.hold !== null) add(captured, event.hold, -event.cost)
    checkDrawnInTime(books, event, findings)

    while (!next.done && next.value.version < event.version) {
      findings.wrong('I2', `${next.value.id} prices version ${next.value.version}, where there is no usage event`)
      next = await monetized.next()
    }
    const partner = !next.done && next.value.version === event.version ? next.value : null
    if (partner !== null) next = await monetized.next()
    if (partner === null) {
      for (const [grant, amount] of chargesOf(event.lines)) add(pending, grant, amount)
      const due = event.version <= head.settledVersion && !dead.has(event.id)
      findings.expect(!due, 'I2', () => `${event.id} is settled by the head but has no monetization event`)
      continue
    }
    findings.count('monetizationEvents')
    findings.expect(event.version <= head.settledVersion, 'I2', () => `${partner.id} was written ahead of the head`)
    findings.expect(!dead.has(event.id), 'I2', () => `${event.id} is a dead letter and has a monetization event`)
    await compare(event, partner, policyOf, findings)
    for (const [grant, amount] of chargesOf(partner.lines)) charges.set(chargeKey(partner.id, grant), amount)
  }
  while (!next.done) {
    findings.wrong('I2', `${next.value.id} prices ${next.value.usageEvent}, which does not exist`)
    next = await monetized.next()
  }
  for (const [hold, left] of captured) {
    findings.expect(left === 0n, 'I2', () => `${hold} captured ${left} more than its usage events say`)
  }
  return { pending, charges, owed, includedCaptured }
}

async function compare(
  usage: UsageEvent,
  stored: MonetizationEvent,
  policyOf: (version: number) => Promise<Policy | null>,
  findings: Findings,
): Promise<void> {
  const policy = await policyOf(usage.policyVersion)
  if (policy === null)
    return findings.wrong('I2', `${usage.id} cites policy ${usage.policyVersion}, which does not exist`)
  const again = monetize(usage, policy, stored)
  if (!again.ok) return findings.wrong('I2', `${stored.id} cannot be priced again: ${again.reason}`)
  findings.expect(
    same(again.event, stored),
    'I2',
    () => `${stored.id} differs from its replay in ${differing(again.event, stored)}`,
  )
}

/** I8: what was drawn without a hold was drawn from grants that had begun and not ended. */
function checkDrawnInTime({ grants }: CustomerBooks, event: UsageEvent, findings: Findings): void {
  if (event.hold !== null) return
  for (const line of event.lines) {
    if (line.kind !== 'grant') continue
    findings.saw('I8')
    const grant = grants.get(line.source)
    const inTime =
      grant !== undefined &&
      grant.effectiveAtMs <= event.recordedAtMs &&
      (grant.expiresAtMs === null || event.recordedAtMs < grant.expiresAtMs)
    findings.expect(inTime, 'I8', () => `${event.id} drew from ${line.source} out of its time`)
  }
}

function add(sums: Map<string, bigint>, key: string, amount: bigint): void {
  sums.set(key, (sums.get(key) ?? 0n) + amount)
}
