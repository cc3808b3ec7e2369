import { type MicroCredits, minAmount } from '../shared/amount.ts'
import { type Facts, isDisputed, type Purchase, returnedMinor, type TakeBack } from './purchase.ts'

/** What the facts ask to be done; `wait`: nothing now. */
export type NextStep =
  | { readonly kind: 'credit' }
  | { readonly kind: 'plan_take_back'; readonly takeBack: TakeBack }
  | { readonly kind: 'take_back'; readonly index: number; readonly upTo: MicroCredits }
  | { readonly kind: 'give_back'; readonly index: number }
  | { readonly kind: 'wait' }

/** Credits owed back for money that left: all while disputed, otherwise the returned share, rounded up. */
export function owedBack({ pack, facts }: Pick<Purchase, 'pack' | 'facts'>): MicroCredits {
  if (isDisputed(facts)) return pack.credits
  const returned = returnedMinor(facts)
  if (returned >= pack.totalMinor) return pack.credits
  return (pack.credits * returned + pack.totalMinor - 1n) / pack.totalMinor
}

/**
 * Of the returns that were taken back for, the one to undo when `excess` was taken too much: the largest that fits into it,
 * otherwise the smallest, and what that is too much is planned anew.
 */
function tooMuchTaken({ takeBacks }: Facts, excess: MicroCredits): number {
  let best = -1
  for (const [index, { cause, returned, amount }] of takeBacks.entries()) {
    if (cause !== 'refund' || returned) continue
    const known = takeBacks[best]
    if (known === undefined) best = index
    else if (known.amount > excess ? amount < known.amount : amount <= excess && amount > known.amount) best = index
  }
  return best
}

/** Planned to be taken back and not returned since. */
const planned = (facts: Facts): MicroCredits =>
  facts.takeBacks.reduce((sum, one) => (one.returned ? sum : sum + one.amount), 0n)

/**
 * One step at a time, until `wait`. Credits enter once, and not at all when all the money left before they could. Once no
 * dispute stands any more, what they had taken enters again; so does what was taken for a return that failed.
 */
export function nextStep(purchase: Pick<Purchase, 'pack' | 'facts'>, nowMs: number): NextStep {
  const { pack, facts } = purchase
  const owed = owedBack(purchase)
  if (facts.credited === null) {
    return facts.paid !== null && owed < pack.credits ? { kind: 'credit' } : { kind: 'wait' }
  }
  if (!isDisputed(facts)) {
    const index = facts.takeBacks.findIndex((one) => one.cause === 'dispute' && !one.returned)
    if (index !== -1) return { kind: 'give_back', index }
  }
  const missing = owed - planned(facts)
  if (missing < 0n) {
    const index = tooMuchTaken(facts, -missing)
    if (index !== -1) return { kind: 'give_back', index }
  }
  if (missing > 0n) {
    const cause = isDisputed(facts) ? 'dispute' : 'refund'
    const takeBack = {
      cause,
      amount: missing,
      taken: 0n,
      plannedAtMs: nowMs,
      closedAtMs: null,
      returned: false,
    } as const
    return { kind: 'plan_take_back', takeBack }
  }
  const index = facts.takeBacks.findIndex((one) => one.closedAtMs === null && !one.returned)
  const open = facts.takeBacks[index]
  if (open === undefined) return { kind: 'wait' }
  return { kind: 'take_back', index, upTo: open.amount - minAmount(open.taken, open.amount) }
}

/** Value that was spent before its money left: nobody's balance goes below zero for it, so it is shown as a loss. */
export const writtenOff = ({ takeBacks }: Facts): MicroCredits =>
  takeBacks.reduce((sum, one) => (one.returned || one.closedAtMs === null ? sum : sum + one.amount - one.taken), 0n)
