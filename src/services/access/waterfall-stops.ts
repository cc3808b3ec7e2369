import type { Layer } from '../../core/policy/document.ts'
import type { Policy } from '../../core/policy/policy.ts'
import { type MicroCredits, minAmount } from '../../core/shared/amount.ts'
import type { Decision, Step } from '../../core/waterfall/decision.ts'
import type { CustomerState } from '../../core/waterfall/state.ts'
import { layerOf, sourceTitle } from './sources.ts'

/** One stop of a decided request on its way down. Amounts are micro-credits; for guards, units. */
export interface WaterfallStop {
  readonly kind: Step['step']
  readonly layer: Layer | null
  readonly source: string
  readonly title: string
  readonly verdict: Step['verdict']
  readonly limit: bigint | null
  readonly found: bigint | null
  readonly took: bigint
  readonly why: string | null
  /** What was still to be covered when the request arrived here, and when it left. Of a denied request: would have been. */
  readonly needBefore: MicroCredits
  readonly needAfter: MicroCredits
  /** Windows that count together are one stop: this one counted the same amount and did not bind. */
  readonly alongside: boolean
  /** The outcome was settled here. */
  readonly decidedHere: boolean
}

/**
 * The trace as a picture is drawn from it. Windows that apply together take their amount once; the binding one is the
 * stop that takes it, the others stand alongside. What holds for all bought credits is told at each of their grants.
 */
export function waterfallStops(
  decision: Decision,
  seen: CustomerState,
  policy: Policy | null,
): readonly WaterfallStop[] {
  const kinds = new Map<string, Layer>(seen.grants.map((grant) => [grant.id, grant.kind]))
  const binding = decision.funding.find((line) => line.layer === 'included')?.source ?? leastOf(decision.trace)
  const steps = decision.trace.filter((step) => step.step !== 'outcome')
  const credits = steps.find((step) => step.step === 'credits' && step.source === 'credits')
  const stops: WaterfallStop[] = []
  let need = decision.cost
  for (const step of steps) {
    if (step === credits) continue
    const layer = layerOf(step, kinds)
    const alongside = step.step === 'included' && step.source !== binding
    const covers = step.verdict === 'took' || step.why === 'would_cover'
    const spends = layer !== null && !alongside && covers
    const after = spends ? need - minAmount(need, step.took ?? 0n) : need
    stops.push({
      kind: step.step,
      layer,
      source: step.source,
      title: step.step === 'gate' ? 'Gate' : sourceTitle(step.source, layer, policy, seen.profile.tier),
      verdict: step.verdict,
      limit: step.limit,
      found: step.found,
      took: step.took ?? 0n,
      why: step.step === 'credits' && step.why === 'bounded' ? (credits?.why ?? step.why) : step.why,
      needBefore: need,
      needAfter: after,
      alongside,
      decidedHere: false,
    })
    need = after
  }
  const last = decidedAt(stops, decision)
  return stops.map((stop, i) => (i === last ? { ...stop, decidedHere: true } : stop))
}

function leastOf(trace: readonly Step[]): string | null {
  let least: Step | null = null
  for (const step of trace) {
    if (step.step === 'included' && (least === null || (step.found ?? 0n) < (least.found ?? 0n))) least = step
  }
  return least?.source ?? null
}

/** Denied: the stop that the denial names, else the one that refused, else the last of its layer. Otherwise: the last that took something. */
function decidedAt(stops: readonly WaterfallStop[], { denial }: Decision): number {
  if (denial === null) {
    const last = stops.findLastIndex((stop) => stop.needBefore > stop.needAfter)
    return last >= 0 ? last : stops.length - 1
  }
  const named = stops.findLastIndex((stop) => stop.source === denial.source)
  if (named >= 0) return named
  const refused = stops.findLastIndex((stop) => stop.verdict === 'denied')
  if (refused >= 0) return refused
  const ofLayer = stops.findLastIndex((stop) => stop.layer === denial.layer)
  return ofLayer >= 0 ? ofLayer : stops.length - 1
}
