import type { CustomerId } from '../../src/core/shared/ids.ts'
import type { AccessRequest } from '../../src/core/waterfall/request.ts'
import { decideAccess } from '../../src/services/decision/decide.ts'
import type { Engine } from '../../src/services/engine.ts'
import type { Cell } from '../cell.ts'
import { cpuClock, cpuPerCall } from '../cpu.ts'
import { type Load, pickerOf } from '../load.ts'
import { measure } from '../measure.ts'
import type { World } from '../world.ts'

export const requestOf = (customer: CustomerId): Omit<AccessRequest, 'consented'> => ({
  customer,
  subject: null,
  task: null,
  feature: 'codex.task',
  price: { kind: 'usage', usage: { input_tokens: 4_808, output_tokens: 10 } },
  attributes: { model: 'large' },
  mode: { kind: 'consume' },
  acceptPartial: null,
  includedOnly: false,
  maxCredits: null,
})

let serial = 0

/** One decision of the real waterfall, under a key of its own; throws unless it is allowed and new. */
export async function decideOnce(engine: Engine, customer: CustomerId): Promise<void> {
  const idempotencyKey = `bench-${process.pid}-${serial++}-9c1f4b7a`
  const outcome = await decideAccess(engine, { request: requestOf(customer), consent: null, idempotencyKey })
  if (outcome.kind !== 'answered' || outcome.replayed || outcome.decision?.outcome !== 'allowed')
    throw new Error(`the bench measures the admitted path: ${outcome.kind}`)
}

/** `decideAccess` in process: waterfall, idempotency, decision, usage event and answer, durable. */
export function transactCell(world: World, load: Load, concurrency: number, name?: string): Cell {
  const pick = pickerOf(load, world.customers.length, concurrency)
  return {
    name: name ?? `transact ${load} ${concurrency}`,
    group: name === undefined ? 'transact' : 'growth',
    unit: 'decisions',
    without: '',
    async measure(times) {
      const clock = await cpuClock(world.pool)
      let before = clock()
      return measure(
        () => decideOnce(world.engine, world.customers[pick()] as CustomerId),
        { concurrency, ...times },
        {
          began: () => {
            before = clock()
          },
          ended: ({ done }) => cpuPerCall(before, clock(), done),
        },
      )
    },
  }
}

/** Once each, so that no cell measures how customers are loaded for the first time. */
export async function touchAll({ engine, customers }: World): Promise<void> {
  for (let from = 0; from < customers.length; from += TOUCHED_AT_ONCE) {
    await Promise.all(customers.slice(from, from + TOUCHED_AT_ONCE).map((customer) => decideOnce(engine, customer)))
  }
}

const TOUCHED_AT_ONCE = 256
