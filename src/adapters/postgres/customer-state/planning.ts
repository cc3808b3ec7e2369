import { assert, InvariantBroken } from '../../../core/shared/assert.ts'
import type { UsageEvent } from '../../../core/settlement/events.ts'
import type { CustomerId, DecisionId } from '../../../core/shared/ids.ts'
import { checkEffects } from '../../../core/waterfall/check-effects.ts'
import { mergeNeeds } from '../../../core/waterfall/merge-needs.ts'
import {
  type DecisionRecord,
  type IdempotencyKey,
  PLAN_ROUNDS,
  type Plan,
  type Reply,
} from '../../../ports/customer-state.ts'
import type { Call } from './call.ts'
import type { Entry } from './entry.ts'
import { singleUseKey, singleUseOperation } from './load.ts'

export interface KeyWrite {
  readonly customer: CustomerId
  readonly operation: string
  readonly key: string
  readonly fingerprint: string
  readonly status: number
  /** The body is this decision's answer; null: the body is here. */
  readonly decision: DecisionId | null
  readonly body: string | null
  readonly atMs: number
}

export interface DecisionWrite {
  readonly record: DecisionRecord
  readonly reply: Reply
  /** Kept as a check instead of as it was sent. */
  readonly answerFollows: boolean
}

/** What the plans of one batch come to; states, subjects and holds are in the entries. */
export interface Planned {
  /** Can this store make answers again that follow from their decision? */
  readonly renders: boolean
  /** Customers that anything was decided for. */
  readonly entries: Set<Entry>
  readonly replies: { readonly call: Call; readonly reply: Reply; readonly kept: boolean }[]
  readonly keys: KeyWrite[]
  readonly decisions: DecisionWrite[]
  readonly usageEvents: UsageEvent[]
  /** Plans that threw: on remembered rows that may mean no more than that these were stale. */
  readonly failed: { readonly call: Call; readonly error: unknown }[]
  /** Plans that change the ledger, the audit chain or the customer's own rows: they go alone. */
  readonly alone: Call[]
}

export const nothingPlanned = (renders: boolean): Planned => ({
  renders,
  entries: new Set(),
  replies: [],
  keys: [],
  decisions: [],
  usageEvents: [],
  failed: [],
  alone: [],
})

/** Runs each call's plan on what the calls before it left. Returns those that need more rows first. */
export function planCalls(
  calls: readonly Call[],
  entryOf: (customer: CustomerId) => Entry | undefined,
  into: Planned,
): Call[] {
  const again: Call[] = []
  for (const call of calls) {
    const entry = entryOf(call.customer)
    assert(entry !== undefined, 'a plan runs on a loaded state')
    try {
      planCall(call, entry, into, again)
    } catch (error) {
      into.failed.push({ call, error })
    }
  }
  return again
}

function planCall(call: Call, entry: Entry, into: Planned, again: Call[]): void {
  call.rounds += 1
  const plan = call.operation.plan(entry.snapshot(call.needs))
  switch (plan.kind) {
    case 'needs': {
      if (call.rounds >= PLAN_ROUNDS) {
        call.reject(new InvariantBroken(`a plan is satisfied within ${PLAN_ROUNDS} rounds`))
        return
      }
      call.needs = mergeNeeds(call.needs, plan.needs)
      if (call.needs.ledger === true) into.alone.push(call)
      else again.push(call)
      return
    }
    case 'answer':
      into.entries.add(entry)
      into.replies.push({ call, reply: plan.reply, kept: false })
      return
    case 'commit':
      if (goesAlone(plan)) into.alone.push(call)
      else addCommit(call, entry, plan, into)
  }
}

const goesAlone = ({ effects, records }: Extract<Plan, { kind: 'commit' }>): boolean =>
  effects.ledger !== undefined ||
  records.audit !== undefined ||
  records.refreshes !== undefined ||
  records.customer !== undefined

/** A plan that may be batched, on top of the entry. */
export function addCommit(
  call: Call,
  entry: Entry,
  { effects, records, reply }: Extract<Plan, { kind: 'commit' }>,
  into: Planned,
): void {
  const seen = entry.state
  checkEffects(seen, effects)
  const { customer } = call
  const { idempotency } = call.operation
  const atMs = effects.state?.atMs ?? records.decision?.decision.atMs ?? seen.atMs
  if (idempotency !== null)
    into.keys.push(keyWrite(customer, idempotency, reply, records.decision?.decision.id ?? null, atMs))
  if (effects.state !== null) {
    for (const name of call.needs.singleUse ?? []) {
      if (!entry.singleUse.get(name)) into.keys.push(redeemed(customer, name, atMs))
    }
  }
  entry.apply(effects, call.needs)
  if (records.decision !== undefined) {
    into.decisions.push({
      record: records.decision,
      reply,
      answerFollows: into.renders && records.answerFollows === true,
    })
  }
  for (const event of effects.usageEvents ?? []) into.usageEvents.push(event)
  into.entries.add(entry)
  into.replies.push({ call, reply, kept: idempotency !== null })
}

const keyWrite = (
  customer: CustomerId,
  { operation, key, fingerprint }: IdempotencyKey,
  { status, body }: Reply,
  decision: DecisionId | null,
  atMs: number,
): KeyWrite => ({
  customer,
  operation,
  key,
  fingerprint,
  status,
  decision,
  body: decision === null ? body : null,
  atMs,
})

const NO_FINGERPRINT = '0'.repeat(32)

const redeemed = (customer: CustomerId, name: string, atMs: number): KeyWrite => ({
  customer,
  operation: singleUseOperation(name),
  key: singleUseKey(name),
  fingerprint: NO_FINGERPRINT,
  status: 0,
  decision: null,
  body: '',
  atMs,
})
