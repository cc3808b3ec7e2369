import type { CustomerId } from '../../core/shared/ids.ts'
import type { CustomerState, SpendCap } from '../../core/waterfall/state.ts'
import type { Actor } from '../../ports/audit-log.ts'
import { changeState } from '../customer/change-state.ts'
import type { Engine } from '../engine.ts'

export type CapEngine = Pick<Engine, 'customers' | 'clock' | 'ids' | 'signals'>

/** A customer keeps no more of its own. */
export const OWN_CAPS = 20

interface Own {
  readonly customer: CustomerId
  readonly actor: Actor
}

/** One own cap per scope, subject and period: setting it again changes its limit, and what is counted stays counted. */
export const ownCapId = ({ scope, subject, period }: Omit<SpendCap, 'id' | 'limit'>): string =>
  `own:${scope}:${period}${subject === null ? '' : `:${subject}`}`

const withCaps = (state: CustomerState, caps: readonly SpendCap[], atMs: number): CustomerState => ({
  ...state,
  version: state.version + 1,
  atMs: Math.max(atMs, state.atMs),
  profile: { ...state.profile, caps },
})

/** Sets a spend cap of the customer's own; the next request meets it. */
export function setCap(
  engine: CapEngine,
  input: Own & { readonly cap: Omit<SpendCap, 'id'> },
): Promise<'done' | 'too_many' | 'failed'> {
  const { customer, actor } = input
  const cap: SpendCap = { ...input.cap, id: ownCapId(input.cap) }
  const entry = { customer, actor, action: 'cap.set', target: customer, detail: { ...cap, limit: `${cap.limit}` } }
  return changeState(engine, entry, (state) => {
    const others = state.profile.caps.filter(({ id }) => id !== cap.id)
    return others.length >= OWN_CAPS ? 'too_many' : withCaps(state, [...others, cap], engine.clock.nowMs())
  })
}

export function removeCap(
  engine: CapEngine,
  input: Own & { readonly id: string },
): Promise<'done' | 'unknown' | 'failed'> {
  const { customer, actor, id } = input
  const entry = { customer, actor, action: 'cap.remove', target: customer, detail: { id } }
  return changeState(engine, entry, (state) => {
    const caps = state.profile.caps.filter((cap) => cap.id !== id)
    return caps.length === state.profile.caps.length ? 'unknown' : withCaps(state, caps, engine.clock.nowMs())
  })
}
