import { expect, test } from 'vitest'
import { KeptText } from './kept-text.ts'

test('gives the text that was kept last, longer, shorter or in other letters', () => {
  const kept = new KeptText('[1]')
  expect(kept.bytes.toString()).toBe('[1]')
  for (const text of ['["a much longer text than the first"]', '[2]', '["né à Orléans"]', '', '[3]']) {
    kept.keep(Buffer.from(text))
    expect(kept.bytes.toString()).toBe(text)
  }
})

test('does not hold on to the bytes that it was given', () => {
  const given = Buffer.from('[1]')
  const kept = new KeptText('')
  kept.keep(given)
  given.fill('x')
  expect(kept.bytes.toString()).toBe('[1]')
})
