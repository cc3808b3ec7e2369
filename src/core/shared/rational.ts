/** An exact positive fraction; the denominator is above zero. */
export interface Rational {
  readonly numerator: bigint
  readonly denominator: bigint
}

const DECIMAL = /^(0|[1-9]\d{0,8})(?:\.(\d{1,9}))?$/

/** Reads an unsigned decimal such as "1.5", up to 9 digits on each side; null when it is anything else. */
export function parseDecimal(text: string): Rational | null {
  const match = DECIMAL.exec(text)
  if (!match) return null
  const fraction = match[2] ?? ''
  return { numerator: BigInt(`${match[1]}${fraction}`), denominator: 10n ** BigInt(fraction.length) }
}

/** The quotient of two amounts, rounded up. Needs `dividend` >= 0 and `divisor` > 0. */
export function divideUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor
}

export function leastCommonMultiple(a: bigint, b: bigint): bigint {
  let x = a
  let y = b
  while (y !== 0n) [x, y] = [y, x % y]
  return (a / x) * b
}

/** value x multiplier / divisor in whole numbers from 0 to 2^53 - 1, the divisor above zero. */
interface Scaling {
  readonly value: number
  readonly multiplier: number
  readonly divisor: number
}

/** Rounded up; exact also where the product leaves 2^53. A result above 2^53 - 1 is that bound. */
export function scaleUp({ value, multiplier, divisor }: Scaling): number {
  const product = value * multiplier
  if (product > Number.MAX_SAFE_INTEGER) return bounded(divideUp(BigInt(value) * BigInt(multiplier), BigInt(divisor)))
  const down = wholeQuotient(product, divisor)
  return down * divisor < product ? down + 1 : down
}

/** Rounded down; exact also where the product leaves 2^53. A result above 2^53 - 1 is that bound. */
export function scaleDown({ value, multiplier, divisor }: Scaling): number {
  const product = value * multiplier
  if (product > Number.MAX_SAFE_INTEGER) return bounded((BigInt(value) * BigInt(multiplier)) / BigInt(divisor))
  return wholeQuotient(product, divisor)
}

/** Rounded down, exact up to 2^53 - 1: a division is off by one at most, and upwards. `%` costs ten times as much. */
function wholeQuotient(dividend: number, divisor: number): number {
  const near = Math.floor(dividend / divisor)
  return near * divisor > dividend ? near - 1 : near
}

function bounded(value: bigint): number {
  return value > SAFE ? Number.MAX_SAFE_INTEGER : Number(value)
}

const SAFE = BigInt(Number.MAX_SAFE_INTEGER)
