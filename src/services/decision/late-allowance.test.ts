import { expect, test } from 'vitest'
import { LateAllowances } from './late-allowance.ts'

const MIDNIGHT = Date.UTC(2026, 2, 11)
const DAY = 86_400_000

test('all who ask at once wait for one refresh; later ones need none until the next period', async () => {
  const late = new LateAllowances()
  let refreshes = 0
  const refresh = async (): Promise<void> => {
    await Promise.resolve()
    refreshes += 1
  }
  const both = [late.ask('cus_1', MIDNIGHT, refresh), late.ask('cus_1', MIDNIGHT, refresh)]
  expect(late.has('cus_1', MIDNIGHT)).toBe(false)
  await Promise.all(both)
  expect([refreshes, late.has('cus_1', MIDNIGHT), late.has('cus_1', MIDNIGHT + DAY)]).toEqual([1, true, false])
  expect(late.has('cus_2', MIDNIGHT)).toBe(false)
})

test('a refresh that fails is asked for again', async () => {
  const late = new LateAllowances()
  await expect(late.ask('cus_1', MIDNIGHT, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(late.has('cus_1', MIDNIGHT)).toBe(false)
  await late.ask('cus_1', MIDNIGHT, () => Promise.resolve())
  expect(late.has('cus_1', MIDNIGHT)).toBe(true)
})
