import { assert } from '../shared/assert.ts'
import type { Effects } from './effects.ts'
import type { CustomerState } from './state.ts'

/**
 * What every store asserts of a plan's effects before it applies them: they belong to the customer that was seen, go
 * forward by version, and change nothing when they keep the state. A failure is a defect of the plan.
 */
export function checkEffects(seen: CustomerState, effects: Effects): void {
  const { state, subjects = [], holds = [], usageEvents = [], ledger } = effects
  if (state === null) {
    assert(subjects.length === 0 && holds.length === 0 && usageEvents.length === 0, 'a kept state keeps its rows')
    assert(ledger === undefined, 'a kept state keeps its ledger')
    return
  }
  assert(state.customer === seen.customer, 'a plan changes the customer it saw')
  assert(state.version > seen.version, 'a change has a version of its own')
  assert(state.atMs >= seen.atMs, 'time never runs back for a customer')
  for (const hold of holds) assert(hold.customer === seen.customer, 'a hold belongs to the customer')
  let version = seen.version
  for (const event of usageEvents) {
    assert(event.customer === seen.customer, 'a usage event belongs to the customer')
    assert(
      event.version > version && event.version <= state.version,
      'usage events have versions of this change, in order',
    )
    version = event.version
  }
  if (ledger === undefined) return
  assert(ledger.head.customer === seen.customer, 'a ledger belongs to the customer')
  assert(
    ledger.updates.length === 0 || ledger.updates.at(-1)?.seq === ledger.head.seq,
    'the head is the last balance update',
  )
}
