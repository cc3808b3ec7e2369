const SHAPE = /^\d{1,9}(?:\.\d{1,6})?$/

/** What a person writes as credits, in micro-credits; null when it is none: "2.5" -> "2500000". */
export function microOf(text: string): string | null {
  const written = text.trim().replaceAll(',', '')
  if (!SHAPE.test(written)) return null
  const [whole = '0', fraction = ''] = written.split('.')
  const micro = BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, '0'))
  return micro > 0n ? `${micro}` : null
}
