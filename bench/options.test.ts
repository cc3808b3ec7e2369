import { expect, test } from 'vitest'
import { readOptions } from './options.ts'

test('a rehearsal of growth stores nothing, the true one does', () => {
  expect(readOptions(['--growth', '--growth-scale', '0.01'])).toMatchObject({ growthScale: 0.01, dry: true })
  expect(readOptions(['--growth'])).toMatchObject({ growthScale: 1, dry: false })
})

test('groups that do not exist, a trace without a file and numbers that are none are refused', () => {
  expect(() => readOptions(['--only', 'page'])).toThrow('page')
  expect(() => readOptions(['--only', 'trace'])).toThrow('--trace FILE')
  expect(() => readOptions(['--soak', '0'])).toThrow('--soak')
})
