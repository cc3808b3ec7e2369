import type { PolicyDocument } from '../policy/document.ts'
import type { PackSold } from './purchase.ts'

type PackDocument = NonNullable<PolicyDocument['packs']>[number]

const DAY_MS = 86_400_000

/** A pack as it is sold: the price includes tax, which is told apart by the rate, rounded to the nearest minor unit. */
export function packSold({ id, title, credits, priceMinor, currency, expiresAfterDays, tax }: PackDocument): PackSold {
  const totalMinor = BigInt(priceMinor)
  const perMille = BigInt(tax?.perMille ?? 0)
  const whole = 1000n + perMille
  return {
    id,
    title,
    credits: BigInt(credits),
    totalMinor,
    taxMinor: (totalMinor * perMille * 2n + whole) / (whole * 2n),
    taxNote: tax?.note ?? null,
    currency,
    expiresAfterDays: expiresAfterDays ?? null,
  }
}

/** When credits bought at `atMs` end; null: never. */
export const expiryOf = ({ expiresAfterDays }: PackSold, atMs: number): number | null =>
  expiresAfterDays === null ? null : atMs + expiresAfterDays * DAY_MS
