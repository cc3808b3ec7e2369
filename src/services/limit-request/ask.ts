import type { CustomerId, LimitRequestId, UserId } from '../../core/shared/ids.ts'
import type { LimitRequest } from '../../ports/limit-request-store.ts'
import type { Engine } from '../engine.ts'
import { limitOfTarget, type LimitTarget } from './limit-of-target.ts'

export type AskEngine = Pick<Engine, 'limitRequests' | 'readers' | 'policies' | 'clock' | 'ids'>

export type AskOutcome =
  | { readonly kind: 'asked'; readonly request: LimitRequest }
  /** One for this limit is open already and stays as it is. Null: it is further back than is listed. */
  | { readonly kind: 'waiting'; readonly id: LimitRequestId | null }
  | { readonly kind: 'unknown_limit' }
  /** It is no more than what is in force. */
  | { readonly kind: 'not_more'; readonly limit: bigint }
  | { readonly kind: 'too_much'; readonly most: bigint }

/** Guards count in numbers, which are exact up to here. */
const MOST_UNITS = BigInt(Number.MAX_SAFE_INTEGER)

/** Asks for more of one limit of the customer's tier, with its audit entry. Changes no limit. */
export async function askForMore(
  engine: AskEngine,
  input: {
    readonly customer: CustomerId
    readonly target: LimitTarget
    readonly asked: bigint
    readonly why: string
    readonly by: { readonly id: UserId; readonly name: string }
  },
): Promise<AskOutcome> {
  const { customer, target, asked, why, by } = input
  const seen = await engine.readers.customer(customer)
  const tier = seen === null ? undefined : engine.policies.current().tiers.get(seen.state.profile.tier)
  const atMs = engine.clock.nowMs()
  const now = seen === null || tier === undefined ? null : limitOfTarget(tier, seen.state, target, atMs)
  if (now === null) return { kind: 'unknown_limit' }
  if (asked <= now.limit) return { kind: 'not_more', limit: now.limit }
  if (target.kind === 'guard' && asked > MOST_UNITS) return { kind: 'too_much', most: MOST_UNITS }
  const request: LimitRequest = {
    id: engine.ids.next('req', atMs),
    customer,
    target,
    title: now.title,
    limitThen: now.limit,
    asked,
    why,
    askedBy: by.id,
    askedByName: by.name,
    askedAtMs: atMs,
    outcome: { state: 'open' },
  }
  const result = await engine.limitRequests.create(request, {
    id: engine.ids.next('aud', atMs),
    actor: { kind: 'user', id: by.id },
    action: 'limit.request',
    target: request.id,
    customer,
    reason: why,
    detail: { ...target, limitThen: `${now.limit}`, asked: `${asked}` },
    atMs,
  })
  if (result === 'created') return { kind: 'asked', request }
  const open = (await engine.limitRequests.list(customer)).find(
    (one) => one.outcome.state === 'open' && one.target.kind === target.kind && one.target.id === target.id,
  )
  return { kind: 'waiting', id: open?.id ?? null }
}
