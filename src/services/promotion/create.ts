import { codeOf, type PromotionCode } from '../../core/promotion/code.ts'
import type { Actor } from '../../ports/audit-log.ts'
import type { Engine } from '../engine.ts'

export type NewPromotionCode = Omit<PromotionCode, 'id' | 'redeemed' | 'createdAtMs'>

export type CreateOutcome =
  | { readonly kind: 'created'; readonly code: PromotionCode }
  | { readonly kind: 'malformed' | 'taken' | 'over_before_it_begins' }

/** Makes a code that gives each redeemer a promotion grant, with its audit entry. */
export async function createPromotionCode(
  engine: Pick<Engine, 'promotions' | 'clock' | 'ids'>,
  input: { readonly code: NewPromotionCode; readonly actor: Actor },
): Promise<CreateOutcome> {
  const name = codeOf(input.code.code)
  if (name === null) return { kind: 'malformed' }
  const { validFromMs, validUntilMs } = input.code
  if (validUntilMs !== null && validUntilMs <= validFromMs) return { kind: 'over_before_it_begins' }
  const atMs = engine.clock.nowMs()
  const code: PromotionCode = {
    ...input.code,
    code: name,
    id: engine.ids.next('code', atMs),
    redeemed: 0,
    createdAtMs: atMs,
  }
  const result = await engine.promotions.create(code, {
    id: engine.ids.next('aud', atMs),
    actor: input.actor,
    action: 'promotion.create',
    target: code.id,
    customer: null,
    reason: null,
    detail: { ...code, amount: `${code.amount}` },
    atMs,
  })
  return result === 'taken' ? { kind: 'taken' } : { kind: 'created', code }
}
