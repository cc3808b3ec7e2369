import { parseAmount } from '../../../core/shared/amount.ts'

/** 1 to `most` printable ASCII characters. */
export function isPlainText(value: unknown, most: number): value is string {
  if (typeof value !== 'string' || value.length === 0 || value.length > most) return false
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at)
    if (code < 0x20 || code > 0x7e) return false
  }
  return true
}

/** Whole micro-credits as a decimal string, 0 to 2^63 - 1. */
export const isAmountText = (value: unknown): value is string =>
  typeof value === 'string' && parseAmount(value) !== null
