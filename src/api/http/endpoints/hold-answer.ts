import { unreachable } from '../../../core/shared/assert.ts'
import { isId } from '../../../core/shared/ids.ts'
import type { HoldCommand, HoldOutcome } from '../../../services/decision/on-hold.ts'
import { type Answer, problem, text } from '../answer.ts'
import type { Call } from '../endpoint.ts'
import { notDone, unknownHold, unpriced } from '../not-done.ts'

/** The hold that the path names, as far as this key may touch it; null: there is none. */
export function holdCommand(call: Pick<Call, 'params' | 'key' | 'idempotencyKey'>): HoldCommand | null {
  const hold = call.params['id'] ?? ''
  return isId(hold, 'hold') ? { hold, customer: call.key.customer, idempotencyKey: call.idempotencyKey } : null
}

/** Runs one operation on the hold of the path. */
export async function onHold(
  call: Pick<Call, 'params' | 'key' | 'idempotencyKey'>,
  run: (command: HoldCommand) => Promise<HoldOutcome>,
): Promise<Answer> {
  const command = holdCommand(call)
  if (command === null) return unknownHold()
  const outcome = await run(command)
  switch (outcome.kind) {
    case 'answered':
      return text(outcome.reply.status, outcome.reply.body, outcome.replayed ? ['Idempotency-Replayed', 'true'] : [])
    case 'unknown_hold':
      return unknownHold()
    case 'closed':
      return problem('hold-closed', { members: { holdStatus: outcome.status } })
    case 'unknown_customer':
    case 'key_reused':
    case 'in_flight':
    case 'overloaded':
      return notDone(outcome)
    case 'unknown_feature':
    case 'unknown_meter':
    case 'cost_overflow':
      return unpriced(outcome)
    default:
      return unreachable(outcome)
  }
}

/** A cost decided elsewhere needs the scope `price`. Null: nothing to object to. */
export function costRefused(call: Pick<Call, 'key'>, body: { readonly cost?: string | undefined }): Answer | null {
  if (body.cost === undefined || call.key.scopes.includes('price')) return null
  return problem('missing-scope', {
    detail: 'A cost decided elsewhere needs a key with scope `price`. Send `usage`, or use such a key.',
    members: { scope: 'price' },
  })
}
