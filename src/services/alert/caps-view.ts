import type { MicroCredits } from '../../core/shared/amount.ts'
import type { CustomerId } from '../../core/shared/ids.ts'
import { capsFor } from '../../core/waterfall/cap.ts'
import type { CustomerProfile, SpendCap } from '../../core/waterfall/state.ts'
import type { Engine } from '../engine.ts'

export interface CapView extends SpendCap {
  /** Of the customer's own, or of its tier. */
  readonly own: boolean
  /** Null: counted for each subject or task on its own. */
  readonly used: MicroCredits | null
  readonly resetsAtMs: number | null
}

export interface CapsView {
  readonly consent: CustomerProfile['consent']
  readonly timeZone: string
  readonly caps: readonly CapView[]
}

/** Consent and every cap that binds the customer, with what is counted; null when there is no such customer. */
export async function capsView(
  engine: Pick<Engine, 'readers' | 'policies' | 'clock'>,
  customer: CustomerId,
): Promise<CapsView | null> {
  const view = await engine.readers.customer(customer)
  const tier = view === null ? undefined : engine.policies.current().tiers.get(view.state.profile.tier)
  if (view === null || tier === undefined) return null
  const { state } = view
  const atMs = Math.max(engine.clock.nowMs(), state.atMs)
  const standings = capsFor(tier, state, [], { subject: null, task: null }, atMs)
  const shown = (cap: SpendCap, own: boolean): CapView => {
    const standing = standings.find(({ id }) => id === cap.id)
    const counted = standing === undefined ? { used: null, resetsAtMs: null } : standing
    return { ...cap, limit: standing?.limit ?? cap.limit, own, used: counted.used, resetsAtMs: counted.resetsAtMs }
  }
  return {
    consent: state.profile.consent,
    timeZone: state.profile.timeZone,
    caps: [...tier.caps.map((cap) => shown(cap, false)), ...state.profile.caps.map((cap) => shown(cap, true))],
  }
}
