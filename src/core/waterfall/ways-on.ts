import type { MicroCredits } from '../shared/amount.ts'
import type { WayOn } from './decision.ts'
import type { Refused, Situation } from './evaluate.ts'

/** What can be done about a denial, each way priced; never empty. The cheapest for the person comes first. */
export function waysOn(
  { request, state, policy }: Situation,
  refused: Refused,
  retryAtMs: number | null,
): readonly WayOn[] {
  const ways: WayOn[] = []
  if (retryAtMs !== null) ways.push({ kind: 'wait', untilMs: retryAtMs, microCredits: null })
  if (refused.layer === 'gate')
    return refused.reason === 'customer_suspended'
      ? [{ kind: 'contact', who: 'support', microCredits: null }]
      : [{ kind: 'contact', who: 'owner', microCredits: null }]
  const { draw } = refused
  if (draw !== null) {
    if (draw.covered > 0n)
      ways.push({
        kind: 'smaller',
        amount: draw.covered,
        microCredits: draw.credits.drawn > 0n ? draw.credits.drawn : null,
      })
    if (policy.layers.includes('credits'))
      ways.push(...creditWays(draw.credits, request.consented ?? 0n, state.profile.consent))
  }
  return ways.length > 0 ? ways : [{ kind: 'contact', who: 'support', microCredits: null }]
}

function creditWays(
  credits: { needed: MicroCredits; balance: MicroCredits; cap: { id: string; remaining: MicroCredits } | null },
  consented: MicroCredits,
  consent: 'off' | 'ask' | 'on',
): WayOn[] {
  const { needed, balance, cap } = credits
  if (needed === 0n) return []
  const ways: WayOn[] = []
  if (balance < needed) ways.push({ kind: 'credits', amount: needed - balance, microCredits: needed - balance })
  else if (consent === 'off' || (consent === 'ask' && consented < needed))
    ways.push({ kind: 'consent', microCredits: needed })
  if (cap !== null && cap.remaining < needed)
    ways.push({ kind: 'raise_cap', cap: cap.id, by: needed - cap.remaining, microCredits: needed })
  return ways
}
