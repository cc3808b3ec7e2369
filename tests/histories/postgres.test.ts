import fc from 'fast-check'
import { test } from 'vitest'
import { openEngineWorld } from '../engine-world.ts'
import { DOCUMENT, play, waves } from './history.ts'

test('the same histories end explained on PostgreSQL, with two processes on one database', {
  timeout: 120_000,
}, async () => {
  const world = await openEngineWorld(DOCUMENT, Date.now())
  try {
    const processes = [world.engine, await world.another()]
    await fc.assert(
      fc.asyncProperty(waves, (history) => play({ ...world, processes }, history)),
      { numRuns: 25 },
    )
  } finally {
    await world.close()
  }
})
