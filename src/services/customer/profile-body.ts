import type { CustomerState } from '../../core/waterfall/state.ts'
import type { Customer } from '../../ports/readers.ts'
import { instant, instantOrNull } from '../decision/answer.ts'

/** A customer as the API shows it after a change. */
export function customerBody(customer: Customer, state: CustomerState): string {
  const { profile } = state
  return JSON.stringify({
    id: customer.id,
    externalId: customer.externalId,
    name: customer.name,
    kind: customer.kind,
    status: profile.status,
    tier: profile.tier,
    timeZone: profile.timeZone,
    consent: profile.consent,
    caps: profile.caps.map((cap) => ({ ...cap, limit: `${cap.limit}` })),
    overrides: profile.overrides.map(({ target, limit, reason, expiresAtMs }) => ({
      target,
      limit: `${limit}`,
      reason,
      expiresAt: instantOrNull(expiresAtMs),
    })),
    createdAt: instant(customer.createdAtMs),
    stateVersion: `${state.version}`,
  })
}
