import { expect, test } from 'vitest'
import { InvariantBroken } from '../../core/shared/assert.ts'
import { writeInt8 } from './int8.ts'

const written = (value: number | bigint): bigint => {
  const buffer = Buffer.alloc(10, 0xee)
  writeInt8(buffer, value, 1)
  expect([buffer[0], buffer[9]]).toEqual([0xee, 0xee])
  return buffer.readBigInt64BE(1)
}

const SAFE = BigInt(Number.MAX_SAFE_INTEGER)

test.each([
  0n,
  1n,
  -1n,
  2n ** 32n - 1n,
  2n ** 32n,
  -(2n ** 32n),
  -(2n ** 32n) - 1n,
  SAFE,
  -SAFE,
  SAFE + 1n,
  SAFE + 2n,
  -SAFE - 2n,
  2n ** 63n - 1n,
  -(2n ** 63n),
])('%s is written as it is', (value) => {
  expect(written(value)).toBe(value)
  if (value >= -SAFE && value <= SAFE) expect(written(Number(value))).toBe(value)
})

test.each([0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('%s is refused', (value) => {
  expect(() => written(value)).toThrow(InvariantBroken)
})

test('more than eight bytes hold is refused', () => {
  expect(() => written(2n ** 63n)).toThrow(RangeError)
})
