import { formatCredits, MICRO_PER_CREDIT, type MicroCredits } from '../../core/shared/amount.ts'

/** Exact: 1250000 -> "1.25". */
export const credits = (amount: MicroCredits): string => formatCredits(amount)

export const creditsWord = (amount: MicroCredits): string => (amount === MICRO_PER_CREDIT ? 'credit' : 'credits')

/** For running text: "1.25 credits". */
export const creditsPhrase = (amount: MicroCredits): string => `${credits(amount)} ${creditsWord(amount)}`

/** The same digits in two parts, so that the fraction can be set smaller: ["1,204", ".25"]. */
export function creditParts(amount: MicroCredits): readonly [whole: string, fraction: string] {
  const text = formatCredits(amount)
  const at = text.indexOf('.')
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at)]
}

/** Whole units with thousands separators. */
export const units = (count: bigint | number): string => count.toString().replace(/\B(?=(\d{3})+$)/g, ',')

export const signed = (delta: bigint): string =>
  delta > 0n ? `+${formatCredits(delta)}` : formatCredits(delta).replace('-', '\u2212')
