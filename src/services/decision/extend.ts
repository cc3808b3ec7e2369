import { extendHold } from '../../core/hold/extend.ts'
import type { Engine } from '../engine.ts'
import { holdMember } from './hold-member.ts'
import { type HoldCommand, type HoldOutcome, onHold } from './on-hold.ts'

/** Heartbeat: keeps a hold open for `ttlMs` from now (null: the policy's default), never past its latest expiry. */
export function extendTtl(
  engine: Engine,
  command: HoldCommand & { readonly ttlMs: number | null },
): Promise<HoldOutcome> {
  return onHold(engine, command, {
    operation: 'extend',
    input: { ttlMs: command.ttlMs },
    step({ snapshot, hold, policy, atMs }) {
      const result = extendHold({ snapshot, hold: hold.id, ttlMs: command.ttlMs ?? policy.holds.defaultTtlMs, atMs })
      if (result.kind !== 'extended') return result
      return { kind: 'changed', effects: result.effects, body: JSON.stringify({ hold: holdMember(result.hold) }) }
    },
  })
}
