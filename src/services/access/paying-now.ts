import type { Layer } from '../../core/policy/document.ts'
import type { Policy, Tier } from '../../core/policy/policy.ts'
import type { MicroCredits } from '../../core/shared/amount.ts'
import type { CustomerProfile } from '../../core/waterfall/state.ts'
import type { GrantView } from './balance.ts'
import type { WindowCard } from './windows.ts'

/** One stop of the waterfall for a feature, in the order it is tried. */
export interface PayingStop {
  readonly layer: Layer
  /** Window id, or the layer's name: the grants of a layer are one stop. */
  readonly source: string
  readonly title: string
  readonly left: MicroCredits
  /**
   * `paying`: the next request begins here. `bound`: a window that has room, but counts
   * together with one that has none. `consent`: there is value, and drawing it needs the customer's yes.
   */
  readonly standing: 'paying' | 'next' | 'empty' | 'bound' | 'consent' | 'off'
  readonly resetsAtMs: number | null
}

export interface PayingNow {
  readonly feature: string
  readonly title: string
  readonly stops: readonly PayingStop[]
}

/**
 * Where the next request of each feature would be paid from. All windows that apply fund together, so they pay only
 * while each of them has something left.
 */
export function payingNow(
  policy: Policy,
  tier: Tier,
  seen: { profile: CustomerProfile; windows: readonly WindowCard[]; grants: readonly GrantView[] },
): readonly PayingNow[] {
  const views: PayingNow[] = []
  for (const [feature, { title }] of Object.entries(policy.document.features)) {
    const rules = tier.rulesFor(feature)
    if (rules === null || !rules.entitled || !rules.enabled) continue
    const ids = new Set(rules.windows.map((window) => window.id))
    const windows = seen.windows.filter((window) => ids.has(window.id))
    const grants = seen.grants.filter(
      (grant) => grant.standing === 'in_force' && (grant.features === null || grant.features.includes(feature)),
    )
    views.push({ feature, title, stops: stopsOf(policy.layers, windows, grants, seen.profile.consent) })
  }
  return views
}

function stopsOf(
  layers: readonly Layer[],
  windows: readonly WindowCard[],
  grants: readonly GrantView[],
  consent: CustomerProfile['consent'],
): readonly PayingStop[] {
  const stops: PayingStop[] = []
  let paying = false
  for (const layer of layers) {
    if (layer === 'included') {
      const funds = windows.length > 0 && windows.every((window) => window.remaining > 0n)
      for (const window of windows) {
        const standing = funds ? 'paying' : window.remaining > 0n ? 'bound' : 'empty'
        stops.push({
          layer,
          source: window.id,
          title: window.title,
          left: window.remaining,
          standing,
          resetsAtMs: window.resetsAtMs,
        })
      }
      paying ||= funds
      continue
    }
    const left = grants.filter((grant) => grant.kind === layer).reduce((sum, grant) => sum + grant.available, 0n)
    if (left === 0n && layer !== 'credits') continue
    const gated = layer === 'credits' && consent !== 'on'
    const standing = gated
      ? consent === 'ask'
        ? 'consent'
        : 'off'
      : left === 0n
        ? 'empty'
        : paying
          ? 'next'
          : 'paying'
    stops.push({ layer, source: layer, title: TITLES[layer], left, standing, resetsAtMs: null })
    if (standing === 'paying') paying = true
  }
  return stops
}

const TITLES: Record<Exclude<Layer, 'included'>, string> = {
  allowance: 'Allowance',
  promotion: 'Promotion',
  entitlement: 'Entitlement',
  adjustment: 'Adjustment',
  credits: 'Credits',
}
