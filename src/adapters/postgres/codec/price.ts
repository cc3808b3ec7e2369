import { unreachable } from '../../../core/shared/assert.ts'
import type { Price } from '../../../core/waterfall/request.ts'
import { type Parsed, readRecord, record } from './text.ts'

/** An amount as a string, or units by meter as a list. */
export function encodePrice(price: Price): string {
  switch (price.kind) {
    case 'cost':
      return `"${price.cost}"`
    case 'usage':
      return record(price.usage, String)
    default:
      return unreachable(price)
  }
}

export function decodePrice(parsed: Parsed): Price {
  return typeof parsed === 'string'
    ? { kind: 'cost', cost: BigInt(parsed) }
    : { kind: 'usage', usage: readRecord(parsed, (units): number => units) }
}

export const readText = (parsed: Parsed): string => parsed
