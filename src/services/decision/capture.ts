import { captureHold, type CaptureOutcome } from '../../core/hold/capture.ts'
import type { Price } from '../../core/waterfall/request.ts'
import type { Engine } from '../engine.ts'
import { fundingText } from './answer.ts'
import { type HoldCommand, type HoldOutcome, onHold } from './on-hold.ts'
import { priceProblem } from './price-problem.ts'
import { holdMember } from './hold-member.ts'

export interface CaptureCommand extends HoldCommand {
  readonly price: Price
  /** False: part of it; the hold stays open with what is left. */
  readonly final: boolean
}

/** Settles actual usage of a hold: what was held and not used goes back, what was used beyond it is drawn anew. */
export function captureUsage(engine: Engine, command: CaptureCommand): Promise<HoldOutcome> {
  const { price, final } = command
  const usageEvent = engine.ids.next('use', engine.clock.nowMs())
  return onHold(engine, command, {
    operation: 'capture',
    input: { price, final },
    step({ snapshot, hold, policy, atMs }) {
      const unpriced =
        hold.status === 'open'
          ? priceProblem(policy, { feature: hold.feature, price, attributes: hold.attributes })
          : null
      if (unpriced !== null) return { kind: 'refused', problem: unpriced }
      const result = captureHold({ snapshot, hold: hold.id, price, final, policy, atMs, ids: { usageEvent } })
      if (result.kind === 'bad_meter')
        return { kind: 'refused', problem: { kind: 'unknown_meter', feature: hold.feature, meter: result.meter } }
      return result.kind === 'captured'
        ? { kind: 'changed', effects: result.effects, body: bodyOf(result.outcome) }
        : result
    },
  })
}

function bodyOf(outcome: CaptureOutcome): string {
  const { hold, usageEvent } = outcome
  const { cost, fromHold, drawnAnew, absorbed, debt, released, funding } = outcome
  const amounts = `"cost":"${cost}","fromHold":"${fromHold}","drawnAnew":"${drawnAnew}","absorbed":"${absorbed}"`
  const rest = `"debt":"${debt}","released":"${released}","funding":${fundingText(funding)}`
  const versions = `"policyVersion":${usageEvent.policyVersion},"stateVersion":"${usageEvent.version}"`
  return `{"hold":${JSON.stringify(holdMember(hold))},"usageEvent":"${usageEvent.id}",${amounts},${rest},${versions}}`
}
