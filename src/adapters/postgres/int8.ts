import { assert } from '../../core/shared/assert.ts'

const TWO_32 = 4_294_967_296

/**
 * An int8 in PostgreSQL's binary format, eight bytes at `at`: an amount, or a whole number that is safe. Nearly every
 * amount is exact as a number too, and goes as one: to take a bigint apart makes others.
 */
export function writeInt8(buffer: Buffer, value: number | bigint, at: number): void {
  const number = Number(value)
  if (Number.isSafeInteger(number)) {
    const high = Math.floor(number / TWO_32)
    buffer.writeInt32BE(high, at)
    buffer.writeUInt32BE(number - high * TWO_32, at + 4)
    return
  }
  assert(typeof value === 'bigint', `no whole number for a column: ${value}`)
  buffer.writeBigInt64BE(value, at)
}
