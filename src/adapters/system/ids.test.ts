import { expect, test } from 'vitest'
import { isId } from '../../core/shared/ids.ts'
import { uuidV7Ids } from './ids.ts'

const AT = 1_800_000_000_000
const timeOf = (id: string): number => Number.parseInt(id.slice(id.indexOf('_') + 1).slice(0, 12), 16)

test('an id is its prefix and a UUIDv7 of its instant', () => {
  const id = uuidV7Ids().next('dec', AT)
  expect(isId(id, 'dec')).toBe(true)
  expect(timeOf(id)).toBe(AT)
  expect(id.slice('dec_'.length)).toMatch(/^.{12}7.{3}[89ab].{15}$/)
})

test('ids of one process sort in the order in which they were made, also within a millisecond', () => {
  const ids = uuidV7Ids()
  const made = [AT, AT + 1, AT + 2].flatMap((atMs) => Array.from({ length: 20_000 }, () => ids.next('use', atMs)))
  expect(made.toSorted()).toEqual(made)
  expect(new Set(made).size).toBe(made.length)
})

test('an earlier instant gives an id of that instant and does not disturb the later ones', () => {
  const ids = uuidV7Ids()
  const first = ids.next('use', AT)
  expect(timeOf(ids.next('use', AT - 5))).toBe(AT - 5)
  expect(ids.next('use', AT) > first).toBe(true)
})

test('what is not time or counter is random: the same source gives the same id, another gives another', () => {
  const filled = (byte: number) => uuidV7Ids((size) => Buffer.alloc(size, byte)).next('grt', AT)
  expect(filled(7)).toBe(filled(7))
  expect(filled(7)).not.toBe(filled(8))
  expect(filled(7).slice(-12)).toBe('07'.repeat(6))
})

test.each([-1, 0.5, 2 ** 48, Number.NaN])('%s is no instant', (atMs) => {
  expect(() => uuidV7Ids().next('dec', atMs)).toThrow(RangeError)
})
