import type { Tier } from '../policy/policy.ts'
import type { LedgerGrant } from '../settlement/events.ts'
import { capsFor } from '../waterfall/cap.ts'
import { standingOf } from '../waterfall/draw.ts'
import type { CustomerState } from '../waterfall/state.ts'
import type { AlertSubject } from './alert.ts'

/**
 * What a customer can be alerted of, as it stands: included windows, customer-wide spend caps, and bought credits. A
 * sliding window has no period of its own, so its length counts as one; credits have a new one with each purchase.
 */
export function alertSubjects(input: {
  readonly tier: Tier
  readonly state: CustomerState
  readonly grants: readonly LedgerGrant[]
  readonly atMs: number
}): readonly AlertSubject[] {
  const { tier, state, atMs } = input
  const windows = tier.windows.map((window): AlertSubject => {
    const { used, limit, startMs, resetsAtMs } = standingOf(window, state, atMs)
    const period = window.kind === 'sliding' ? Math.floor(atMs / window.lengthMs) : startMs
    return { kind: 'window', id: window.id, title: window.title, period: `${period}`, used, limit, resetsAtMs }
  })
  const caps = capsFor(tier, state, [], { subject: null, task: null }, atMs).map(
    ({ id, used, limit, startMs, resetsAtMs }): AlertSubject => ({
      kind: 'cap',
      id,
      title: 'Spend cap',
      period: `${startMs}`,
      used,
      limit,
      resetsAtMs,
    }),
  )
  return [...windows, ...caps, ...creditsOf(input)]
}

/** All that the purchases still open began with, and the latest one in any case: without it an empty balance would be no subject. */
function creditsOf({
  state,
  grants,
  atMs,
}: {
  readonly state: CustomerState
  readonly grants: readonly LedgerGrant[]
  readonly atMs: number
}): readonly AlertSubject[] {
  const bought = grants.filter(
    (grant) => grant.kind === 'credits' && (grant.expiresAtMs === null || grant.expiresAtMs > atMs),
  )
  const latest = bought.reduce<LedgerGrant | null>(
    (last, one) => (last === null || one.id > last.id ? one : last),
    null,
  )
  if (latest === null) return []
  const limit = bought
    .filter((grant) => grant.balance > 0n || grant === latest)
    .reduce((sum, grant) => sum + grant.amount, 0n)
  const left = state.grants
    .filter((grant) => bought.some(({ id }) => id === grant.id))
    .reduce((sum, grant) => sum + grant.available, 0n)
  const used = left < limit ? limit - left : 0n
  return [{ kind: 'balance', id: 'credits', title: 'Credits', period: latest.id, used, limit, resetsAtMs: null }]
}
