import { expireHold as planExpiry } from '../../core/hold/expire.ts'
import type { CustomerId, HoldId } from '../../core/shared/ids.ts'
import type { Plan } from '../../ports/customer-state.ts'
import type { Engine } from '../engine.ts'

const DONE = { status: 200, body: '{}' } as const

/**
 * Ends one hold that ran out. Safe on any number of nodes and as often as one likes: under the customer's version the
 * plan decides again whether the hold is still open and due. False: it was not.
 */
export async function expireHold(engine: Engine, due: { customer: CustomerId; hold: HoldId }): Promise<boolean> {
  const stored = await engine.readers.hold(due.hold)
  if (stored === null || stored.status !== 'open') return false
  const policy = engine.policies.get(stored.policyVersion) ?? (await engine.policies.load(stored.policyVersion))
  if (policy === null)
    throw new Error(`hold ${due.hold} cites policy version ${stored.policyVersion}, which does not exist`)

  const atMs = engine.clock.nowMs()
  const ids = { usageEvent: engine.ids.next('use', atMs) }
  let ended = false
  const result = await engine.customers.transact(due.customer, {
    idempotency: null,
    needs: { holds: [due.hold] },
    plan(snapshot): Plan {
      const expiry = planExpiry({ snapshot, hold: due.hold, policy, atMs, ids })
      ended = expiry.kind === 'expired'
      if (expiry.kind === 'needs') return expiry
      return expiry.kind === 'not_due'
        ? { kind: 'answer', reply: DONE }
        : { kind: 'commit', effects: expiry.effects, records: {}, reply: DONE }
    },
  })
  return result.kind === 'done' && ended
}
