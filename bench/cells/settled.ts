import type { CustomerId } from '../../src/core/shared/ids.ts'
import type { Engine } from '../../src/services/engine.ts'
import { settleBatch } from '../../src/services/settlement/settle.ts'
import { createSettler, type Settler } from '../../src/settler/loop.ts'
import type { Cell } from '../cell.ts'
import { cpuClock, cpuPerCall } from '../cpu.ts'
import { pickerOf } from '../load.ts'
import { type Measured, measure } from '../measure.ts'
import type { World } from '../world.ts'
import { decideOnce } from './transact.ts'

/**
 * The same decisions with a settler beside them in the same process, as in `npm start`. What is sustained is the lesser
 * of decisions and settled events a second: more decisions than that only pile up.
 */
export function settledCell(world: World, concurrency: number): Cell {
  const pick = pickerOf('uniform', world.customers.length, concurrency)
  return {
    name: `transact with settlement ${concurrency}`,
    group: 'settler',
    unit: 'decisions',
    without: '',
    async measure(times) {
      await forgetBacklog(world)
      const faults: unknown[] = []
      const settler = createSettler({
        settle: (bounds) => settleBatch(world.engine, bounds),
        nowMs: () => world.engine.clock.nowMs(),
        onFault: (fault) => faults.push(fault),
      })
      const engine = waking(world.engine, settler)
      const clock = await cpuClock(world.pool)
      let before = { ...settler.stats(), cpu: clock() }
      settler.start()
      try {
        const measured = await measure(
          () => decideOnce(engine, world.customers[pick()] as CustomerId),
          { concurrency, ...times },
          {
            began: () => {
              before = { ...settler.stats(), cpu: clock() }
            },
            ended: ({ seconds, done }) => {
              const { settledEvents, batches, lagP99Ms } = settler.stats()
              return {
                settledPerSecond: (settledEvents - before.settledEvents) / seconds,
                eventsPerBatch: (settledEvents - before.settledEvents) / (batches - before.batches),
                lagP99Ms: lagP99Ms ?? Number.POSITIVE_INFINITY,
                ...cpuPerCall(before.cpu, clock(), done),
              }
            },
          },
        )
        if (faults.length > 0) throw new Error(`settling failed ${faults.length} times`, { cause: faults[0] })
        return sustained(measured)
      } finally {
        await settler.stop()
      }
    },
  }
}

function sustained(measured: Measured): Measured {
  const { perSecond, more } = measured
  const settled = more['settledPerSecond'] ?? 0
  return { ...measured, perSecond: Math.min(perSecond, settled), more: { ...more, decidedPerSecond: perSecond } }
}

/** What other cells left unsettled is not this one's work. */
async function forgetBacklog({ pool }: World): Promise<void> {
  await pool.query('TRUNCATE due_note')
  await pool.query(
    `UPDATE ledger_head AS h SET settled_version = s.version FROM customer_state AS s
      WHERE s.customer_id = h.customer_id AND h.settled_version < s.version`,
  )
}

function waking(engine: Engine, settler: Settler): Engine {
  const { signals } = engine
  return {
    ...engine,
    signals: {
      ...signals,
      publish(change) {
        signals.publish(change)
        if (change.kind === 'customer') settler.nudge()
      },
    },
  }
}
