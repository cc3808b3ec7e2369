import type { HoldLine } from '../hold/hold.ts'
import type { UsageLine } from '../settlement/events.ts'

/** A reserved line as the line of the usage that took it. */
export function usageLine({ layer, source, amount }: HoldLine): UsageLine {
  return layer === 'included' ? { kind: 'window', source, amount } : { kind: 'grant', layer, source, amount }
}
