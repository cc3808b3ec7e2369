import { InvalidArgumentError } from 'commander'
import { parseAmount } from '../core/shared/amount.ts'
import { asWritten, whyNotWritten } from '../core/shared/written-text.ts'

/** An option's whole number within bounds; commander names the option when it is not. */
export function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
    if (value >= least && value <= most) return value
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`)
  }
}

/** An option's amount of micro-credits. */
export function microCredits(text: string): bigint {
  const value = parseAmount(text)
  if (value !== null) return value
  throw new InvalidArgumentError('Give whole micro-credits, such as 1250000.')
}

/** An option's text that a customer will read. */
export function written(most: number): (text: string) => string {
  return (text) => {
    const kept = asWritten(text)
    const why = whyNotWritten(kept, most)
    if (why !== null) throw new InvalidArgumentError(why)
    return kept
  }
}
