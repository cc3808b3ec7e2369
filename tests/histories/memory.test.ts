import fc from 'fast-check'
import { test } from 'vitest'
import { memoryWorld } from './memory-world.ts'
import { play, waves } from './history.ts'

test('any history on the memory store ends explained', async () => {
  await fc.assert(
    fc.asyncProperty(waves, async (history) => {
      const stage = await memoryWorld()
      await play(stage, history)
    }),
    { numRuns: 150 },
  )
})
