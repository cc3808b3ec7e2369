import { unreachable } from '../../../core/shared/assert.ts'
import type { Price } from '../../../core/waterfall/request.ts'
import type { JsonWriter } from '../json-writer.ts'
import { type Parsed, readRecord } from './text.ts'

/** An amount as a string, or units by meter as a list. */
export function writePrice(to: JsonWriter, price: Price): void {
  switch (price.kind) {
    case 'cost':
      to.raw(`"${price.cost}"`)
      return
    case 'usage':
      to.record(price.usage, number)
      return
    default:
      unreachable(price)
  }
}

const number = (to: JsonWriter, value: number): void => void to.number(value)

export function decodePrice(parsed: Parsed): Price {
  return typeof parsed === 'string'
    ? { kind: 'cost', cost: BigInt(parsed) }
    : { kind: 'usage', usage: readRecord(parsed, (units): number => units) }
}

export const readText = (parsed: Parsed): string => parsed
