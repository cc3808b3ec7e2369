import type { Layer } from '../../core/policy/document.ts'
import type { Policy } from '../../core/policy/policy.ts'
import type { TitleOf } from '../../core/waterfall/explain.ts'
import type { CustomerState } from '../../core/waterfall/state.ts'

export const LAYER_TITLES: Record<Layer, string> = {
  included: 'Included',
  allowance: 'Allowance',
  promotion: 'Promotion',
  entitlement: 'Entitlement',
  adjustment: 'Adjustment',
  credits: 'Credits',
}

/** What a person calls a source: the window's or guard's title under that policy and tier, or the layer of a grant. */
export function sourceTitle(source: string, layer: Layer | null, policy: Policy | null, tierId: string): string {
  if (layer !== null && layer !== 'included') return LAYER_TITLES[layer]
  const window = policy?.tiers.get(tierId)?.windows.find((one) => one.id === source)
  return window?.title ?? policy?.document.features[source]?.title ?? source.replaceAll('_', ' ')
}

/** The titles that a sentence about a decision uses: windows and guards as the policy calls them, grants by their layer. */
export function titlesOf(seen: CustomerState, policy: Policy | null): TitleOf {
  return (source) => {
    const grant = seen.grants.find(({ id }) => id === source)
    return sourceTitle(source, grant?.kind ?? null, policy, seen.profile.tier)
  }
}

export function featureTitle(feature: string, policy: Policy | null): string {
  return policy?.document.features[feature]?.title ?? feature
}

/** The layer of a traced step's source; null for gate and guards, which spend nothing. */
export function layerOf(step: { step: string; source: string }, kinds: ReadonlyMap<string, Layer>): Layer | null {
  if (step.step === 'included') return 'included'
  if (step.step === 'credits') return 'credits'
  return step.step === 'grant' ? (kinds.get(step.source) ?? 'allowance') : null
}
