/** Value in micro-credits: 1 credit = 1,000,000. Always an integer; never a float, in code, JSON or database. */
export type MicroCredits = bigint

export const MICRO_PER_CREDIT = 1_000_000n

/** The largest amount a BIGINT column holds: 2^63 - 1. */
export const MAX_AMOUNT = 9_223_372_036_854_775_807n

export class AmountOverflow extends RangeError {
  override readonly name = 'AmountOverflow'
}

/** Sum of two amounts; throws AmountOverflow past 2^63 - 1, before anything is stored. */
export function addAmounts(a: MicroCredits, b: MicroCredits): MicroCredits {
  const sum = a + b
  if (sum > MAX_AMOUNT) throw new AmountOverflow(`sum ${sum} is above ${MAX_AMOUNT} micro-credits`)
  return sum
}

export const minAmount = (a: MicroCredits, b: MicroCredits): MicroCredits => (a < b ? a : b)

export const maxAmount = (a: MicroCredits, b: MicroCredits): MicroCredits => (a > b ? a : b)

const DECIMAL = /^(0|[1-9]\d{0,18})$/

/** Reads a decimal string of whole micro-credits, 0 to 2^63 - 1; null when it is anything else. */
export function parseAmount(text: string): MicroCredits | null {
  if (!DECIMAL.test(text)) return null
  const value = BigInt(text)
  return value <= MAX_AMOUNT ? value : null
}

/** Micro-credits as credits with the digits that are there and no more: 1250000 -> "1.25". */
export function formatCredits(amount: MicroCredits): string {
  const sign = amount < 0n ? '-' : ''
  const size = amount < 0n ? -amount : amount
  const whole = (size / MICRO_PER_CREDIT).toString().replace(/\B(?=(\d{3})+$)/g, ',')
  const fraction = (size % MICRO_PER_CREDIT).toString().padStart(6, '0').replace(/0+$/, '')
  return fraction ? `${sign}${whole}.${fraction}` : `${sign}${whole}`
}
