import { releaseHold } from '../../core/hold/release.ts'
import type { Engine } from '../engine.ts'
import { holdMember } from './hold-member.ts'
import { type HoldCommand, type HoldOutcome, onHold } from './on-hold.ts'

/** Gives a hold back whole: nothing was used. */
export function releaseUnused(engine: Engine, command: HoldCommand): Promise<HoldOutcome> {
  return onHold(engine, command, {
    operation: 'release',
    input: null,
    step({ snapshot, hold, policy, atMs }) {
      const result = releaseHold({ snapshot, hold: hold.id, policy, atMs })
      if (result.kind !== 'released') return result
      const body = JSON.stringify({ hold: holdMember(result.hold), released: `${result.released}` })
      return { kind: 'changed', effects: result.effects, body }
    },
  })
}
