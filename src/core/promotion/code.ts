import type { MicroCredits } from '../shared/amount.ts'
import type { PromotionCodeId } from '../shared/ids.ts'

/** What a person types to be given a promotion grant. */
export interface PromotionCode {
  readonly id: PromotionCodeId
  /** As `codeOf` spells it; unique. */
  readonly code: string
  readonly title: string
  readonly amount: MicroCredits
  /** Only these features; null: all. */
  readonly features: readonly string[] | null
  /** How long a grant of it lasts from its redemption; null: without end. */
  readonly grantDays: number | null
  readonly totalLimit: number
  readonly customerLimit: number
  /** Places taken. */
  readonly redeemed: number
  readonly validFromMs: number
  /** Null: without end. */
  readonly validUntilMs: number | null
  readonly createdAtMs: number
}

const SHAPE = /^[A-Z0-9](?:[A-Z0-9-]{2,30})[A-Z0-9]$/

/** A code in the one spelling that is stored: capitals, without spaces. Null when it cannot be one. */
export function codeOf(text: string): string | null {
  const code = text.replace(/\s+/g, '').toUpperCase()
  return SHAPE.test(code) ? code : null
}

export type CodeStanding = 'open' | 'not_yet' | 'over' | 'customer_limit' | 'used_up'

/** May a customer who took `own` places take one more? Valid from its first instant, until just before its last. */
export function standingOfCode(code: PromotionCode, own: number, atMs: number): CodeStanding {
  if (atMs < code.validFromMs) return 'not_yet'
  if (code.validUntilMs !== null && atMs >= code.validUntilMs) return 'over'
  if (own >= code.customerLimit) return 'customer_limit'
  return code.redeemed >= code.totalLimit ? 'used_up' : 'open'
}
