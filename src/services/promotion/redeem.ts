import { type CodeStanding, codeOf } from '../../core/promotion/code.ts'
import type { MicroCredits } from '../../core/shared/amount.ts'
import type { CustomerId } from '../../core/shared/ids.ts'
import type { Actor } from '../../ports/audit-log.ts'
import type { Redemption } from '../../ports/promotion-store.ts'
import { grantCredits } from '../credit/grant.ts'
import type { CreditEngine } from '../credit/ledger-context.ts'
import type { Engine } from '../engine.ts'
import { countGuess, takeBackGuess } from './guesses.ts'
import { publishEvent } from '../webhook/publish.ts'

export type PromotionEngine = CreditEngine & Pick<Engine, 'promotions' | 'webhooks' | 'ids' | 'clock'>
type RedeemEngine = PromotionEngine & Pick<Engine, 'identity'>

export type RedeemOutcome =
  | {
      readonly kind: 'redeemed'
      readonly title: string
      readonly amount: MicroCredits
      readonly expiresAtMs: number | null
    }
  | { readonly kind: 'refused'; readonly standing: Exclude<CodeStanding, 'open'> | 'unknown' }
  /** So many codes that gave nothing look like guessing. Nothing was tried. */
  | { readonly kind: 'throttled'; readonly retryAfterMs: number }
  /** The place is kept, and its grant comes by itself. */
  | { readonly kind: 'later' }

const DAY_MS = 24 * 3_600_000
const PRIORITY = 20

/** Takes a place on the code and gives its promotion grant: once per place, whatever is tried again or breaks between. */
export async function redeemCode(
  engine: RedeemEngine,
  input: { readonly customer: CustomerId; readonly code: string; readonly actor: Actor },
): Promise<RedeemOutcome> {
  const { customer, actor } = input
  const code = codeOf(input.code)
  if (code === null) return { kind: 'refused', standing: 'unknown' }
  const retryAfterMs = await countGuess(engine, input)
  if (retryAfterMs !== null) return { kind: 'throttled', retryAfterMs }
  const taken = await engine.promotions.take({ code, customer, atMs: engine.clock.nowMs() })
  // who has a place on it knows the code
  const guessed = taken.kind === 'unknown' || (taken.kind === 'refused' && taken.standing !== 'customer_limit')
  if (!guessed) await takeBackGuess(engine, input)
  if (taken.kind === 'unknown') return { kind: 'refused', standing: 'unknown' }
  if (taken.kind === 'refused') return taken
  const expiresAtMs = await giveGrant(engine, taken.redemption, actor)
  if (expiresAtMs === 'later') return { kind: 'later' }
  const { title, amount } = taken.redemption.code
  return { kind: 'redeemed', title, amount, expiresAtMs }
}

/** Gives the grants of places whose redeemer broke off, at most `limit`. Returns how many were given. */
export async function completeRedemptions(
  engine: PromotionEngine,
  { beforeMs, limit }: { readonly beforeMs: number; readonly limit: number },
): Promise<number> {
  let given = 0
  for (const place of await engine.promotions.ungranted(beforeMs, limit)) {
    const result = await giveGrant(engine, place, { kind: 'system', job: 'promotions' })
    if (result !== 'later') given += 1
  }
  return given
}

/** The first place's source is the code's; later ones carry their number. A source gives once per customer. */
const sourceOf = ({ code, number }: Redemption): string => `code:${code.id}${number === 1 ? '' : `:${number}`}`

async function giveGrant(engine: PromotionEngine, place: Redemption, actor: Actor): Promise<number | null | 'later'> {
  const { code, customer, number } = place
  const atMs = engine.clock.nowMs()
  const expiresAtMs = code.grantDays === null ? null : atMs + code.grantDays * DAY_MS
  const result = await grantCredits(engine, {
    customer,
    kind: 'promotion',
    amount: code.amount,
    priority: PRIORITY,
    features: code.features,
    effectiveAtMs: null,
    expiresAtMs,
    source: sourceOf(place),
    reason: code.title,
    actor,
    idempotency: null,
  })
  // 409: an earlier attempt gave it and broke off before the note
  if (result.kind !== 'done' || (result.reply.status !== 201 && result.reply.status !== 409)) return 'later'
  await publishEvent(engine, {
    customer,
    type: 'promotion.redeemed',
    key: sourceOf(place),
    atMs,
    data: { customer, code: code.code, title: code.title, amount: `${code.amount}` },
  })
  // noted last: whoever breaks off before is made good by the job, grant and webhook alike, each once
  await engine.promotions.granted({ code: code.id, customer, number }, atMs)
  return expiresAtMs
}
