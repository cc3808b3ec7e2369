import { reportUsage } from '../../core/hold/extend.ts'
import type { Price } from '../../core/waterfall/request.ts'
import type { Engine } from '../engine.ts'
import { holdMember } from './hold-member.ts'
import { type HoldCommand, type HoldOutcome, onHold } from './on-hold.ts'
import { priceProblem } from './price-problem.ts'

/** Running usage of a stream, so far: if its caller never comes back, expiry captures this much. */
export function reportRunning(engine: Engine, command: HoldCommand & { readonly price: Price }): Promise<HoldOutcome> {
  const { price } = command
  return onHold(engine, command, {
    operation: 'report',
    input: { price },
    step({ snapshot, hold, policy, atMs }) {
      // expiry captures what was reported, and then nobody is there to be told that it has no price
      const unpriced = priceProblem(policy, { feature: hold.feature, price, attributes: hold.attributes })
      if (unpriced !== null) return { kind: 'refused', problem: unpriced }
      const result = reportUsage({ snapshot, hold: hold.id, price, atMs })
      if (result.kind !== 'extended') return result
      return { kind: 'changed', effects: result.effects, body: JSON.stringify({ hold: holdMember(result.hold) }) }
    },
  })
}
