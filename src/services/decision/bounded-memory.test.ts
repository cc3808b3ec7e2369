import { expect, test } from 'vitest'
import { BoundedMemory } from './bounded-memory.ts'

test('keeps the latest; what was asked for again counts as late', () => {
  const memory = new BoundedMemory<string, number>(2)
  memory.set('a', 1)
  memory.set('b', 2)
  memory.get('a')
  memory.set('c', 3)
  expect([memory.get('a'), memory.get('b'), memory.get('c'), memory.size]).toEqual([1, undefined, 3, 2])
})
