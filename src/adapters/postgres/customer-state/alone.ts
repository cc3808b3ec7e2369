import type pg from 'pg'
import { assert } from '../../../core/shared/assert.ts'
import type { CustomerId } from '../../../core/shared/ids.ts'
import { mergeNeeds } from '../../../core/waterfall/merge-needs.ts'
import { PLAN_ROUNDS, type Plan, type RenderAnswer, type TransactResult } from '../../../ports/customer-state.ts'
import { appendAudit } from '../audit-log.ts'
import { fromUuid } from '../codec/ids.ts'
import { allAnswered } from './all-answered.ts'
import type { Call } from './call.ts'
import type { Entry } from './entry.ts'
import { loadLedger } from './ledger-rows.ts'
import { loadReplies, loadRows, loadStates, missingRows } from './load.ts'
import { addCommit, nothingPlanned } from './planning.ts'
import { rowTypesOf } from './row-types.ts'
import { repeated } from './replies.ts'
import { writeCustomer, writeLedger, writeRefreshes } from './write-rows.ts'
import { commitStatement } from './write.ts'

/** Thrown to begin again: a key was used between looking it up and writing it. */
export class KeyTaken extends Error {
  override readonly name = 'KeyTaken'
}

type Commit = Extract<Plan, { kind: 'commit' }>

/**
 * One call in a transaction of its own: for plans that change the ledger, the audit chain or the customer's own rows.
 * Locks the state row, then the ledger's head, then the audit's: the settler takes the second alone, so no two wait for
 * each other in a circle.
 */
export async function runAlone(
  client: pg.ClientBase,
  call: Call,
  render: RenderAnswer | null,
): Promise<TransactResult> {
  try {
    const result = await decideAndWrite(client, call, render)
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {})
    throw error
  }
}

async function decideAndWrite(client: pg.ClientBase, call: Call, render: RenderAnswer | null): Promise<TransactResult> {
  const { customer, operation } = call
  const [, [entry], replies] = await allAnswered([
    client.query('BEGIN'),
    loadStates(client, [customer], 'lock'),
    loadReplies(client, [call], render),
  ])
  if (entry === undefined) return { kind: 'unknown_customer' }
  const known = replies.get(call)
  if (known !== undefined && operation.idempotency !== null) return repeated(known, operation.idempotency)

  const plan = await settledPlan(client, call, entry)
  if (plan.kind === 'answer') return { kind: 'done', reply: plan.reply, replayed: false }
  await write(client, call, entry, plan, render !== null)
  return { kind: 'done', reply: plan.reply, replayed: false }
}

async function settledPlan(client: pg.ClientBase, call: Call, entry: Entry): Promise<Exclude<Plan, { kind: 'needs' }>> {
  const entryOf = (customer: CustomerId): Entry | undefined => (customer === entry.customer ? entry : undefined)
  for (let round = 0; round < PLAN_ROUNDS; round++) {
    const missing = missingRows([call], entryOf)
    if (missing !== null) (await loadRows(client, missing))(entryOf)
    const ledger = call.needs.ledger === true ? await loadLedger(client, entry.state, call.needs.grants ?? []) : null
    const plan = call.operation.plan({ ...entry.snapshot(call.needs), ledger })
    if (plan.kind !== 'needs') return plan
    call.needs = mergeNeeds(call.needs, plan.needs)
  }
  assert(false, `a plan is satisfied within ${PLAN_ROUNDS} rounds`)
}

async function write(client: pg.ClientBase, call: Call, entry: Entry, plan: Commit, renders: boolean): Promise<void> {
  const { effects, records } = plan
  assert(effects.ledger === undefined || call.needs.ledger === true, 'who changes the ledger has asked for it')
  const planned = nothingPlanned(renders)
  addCommit(call, entry, plan, planned)
  const { rows } = await client.query(commitStatement(planned, await rowTypesOf(client), { keys: 'look up' }))
  const [leftOut] = rows[0] as unknown as [string[] | null]
  if (leftOut?.some((uuid) => fromUuid('cus', uuid) === call.customer)) throw new KeyTaken()
  if (effects.ledger !== undefined) await writeLedger(client, effects.ledger)
  if (records.refreshes !== undefined) await writeRefreshes(client, call.customer, records.refreshes)
  if (records.customer?.name !== undefined) await writeCustomer(client, call.customer, records.customer.name)
  if (records.audit !== undefined) await appendAudit(client, records.audit)
}
