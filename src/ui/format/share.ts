/** part / whole in permille, 0 to 1000, rounded down; of nothing, everything is used. No float touches an amount. */
export function permilleOf(part: bigint, whole: bigint): number {
  if (whole <= 0n || part >= whole) return 1000
  return part <= 0n ? 0 : Number((part * 1000n) / whole)
}

/** 423 -> "42.3%", 1000 -> "100%". What is not zero is never shown as zero, nor what is not all as all. */
export function percent(part: bigint, whole: bigint): string {
  const permille = permilleOf(part, whole)
  if (permille === 0 && part > 0n) return '<0.1%'
  const fraction = permille % 10
  return fraction === 0 ? `${permille / 10}%` : `${(permille - fraction) / 10}.${fraction}%`
}

/** As a CSS length. */
export const width = (permille: number): string => `${permille / 10}%`
