import { expect, test } from 'vitest'
import type { Engine } from '../services/engine.ts'
import type { JobOutcome } from './due-jobs.ts'
import { usageRollups } from './rollup-jobs.ts'
import { dueTick, startSchedules } from './schedules.ts'

const outcome = (due: number, done: number, faults: unknown[] = []): JobOutcome => ({ due, done, faults })

test('a tick looks further only while a full look achieves nothing, and never further than five times', async () => {
  const limits: number[] = []
  const results = [outcome(10, 0), outcome(20, 0), outcome(40, 3), outcome(10, 0), outcome(19, 0), outcome(10, 0)]
  const tick = dueTick(
    {} as Engine,
    async (_, limit) => {
      limits.push(limit)
      return results.shift() ?? outcome(limit, 0)
    },
    { limit: 10, onFault: () => {} },
  )
  for (let i = 0; i < 12; i += 1) await tick()
  expect(limits).toEqual([10, 20, 40, 10, 20, 10, 20, 40, 50, 50, 50, 50])
})

test('a crowd is worked off look after look, but not past what is due, what fails, or the bound', async () => {
  const outcomes = [
    // three looks, two, one and one
    outcome(10, 10),
    outcome(10, 10),
    outcome(10, 10),
    outcome(10, 9),
    outcome(4, 4),
    outcome(10, 9, ['a']),
    outcome(10, 0),
  ]
  const looks: number[] = []
  const tick = dueTick({} as Engine, async () => outcomes.shift() ?? outcome(0, 0), {
    limit: 10,
    onFault: () => {},
    looks: 3,
  })
  while (outcomes.length > 0) {
    const before = outcomes.length
    await tick()
    looks.push(before - outcomes.length)
  }
  expect(looks).toEqual([3, 2, 1, 1])
})

test('what fails in a tick is told and does not end it', async () => {
  const faults: unknown[] = []
  const tick = dueTick({} as Engine, async () => outcome(3, 1, ['a', 'b']), {
    limit: 10,
    onFault: (fault) => faults.push(fault),
  })
  await tick()
  expect(faults).toEqual(['a', 'b'])
})

test('everything is scheduled, purges are bounded, and stop ends all of it', async () => {
  const works: (() => Promise<void>)[] = []
  let stopped = 0
  let purges = 0
  const purged: number[] = []
  const engine = {
    clock: { nowMs: () => 30 * 86_400_000 },
    maintenance: {
      ensurePartitions: async () => {},
      purgeIdempotency: async (beforeMs: number, limit: number) => {
        purges += 1
        purged.push(beforeMs)
        return limit
      },
    },
    due: { holdsDue: async () => [], grantsDue: async () => [], refreshesDue: async () => [] },
    purchases: { due: async () => [] },
    limitRequests: { unapplied: async () => [] },
    usage: { behind: async () => ({ customers: [], next: null }) },
    payments: null,
  } as unknown as Engine
  let exports = 0
  const stop = startSchedules(engine, {
    every: (_, work) => {
      works.push(work)
      return () => {
        stopped += 1
      }
    },
    onFault: () => {},
    keepIdempotencyMs: 1,
    rollups: usageRollups(),
    exportHead: async () => {
      exports += 1
    },
  })
  for (const work of works) await work()
  expect({ works: works.length, exports, purges }).toEqual({ works: 11, exports: 1, purges: 20 })
  // Never less than seven days, whatever was configured.
  expect(new Set(purged)).toEqual(new Set([23 * 86_400_000]))
  stop()
  expect(stopped).toBe(works.length)
})
