import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CustomerId } from '../../../core/shared/ids.ts'
import { draw, nextId } from '../../conformance/sample.ts'
import { settleAll, settlePlan } from '../../conformance/settle-plan.ts'
import { ledgerOf } from '../../conformance/settlement-store.ts'
import { customerIn, fund } from '../../conformance/world.ts'
import { openPostgresWorld } from '../testing/open-world.ts'
import { postgresSettlementStore } from './store.ts'

let world: Awaited<ReturnType<typeof openPostgresWorld>>
beforeAll(async () => {
  world = await openPostgresWorld()
})
afterAll(() => world.close())

const drawn = (customer: CustomerId, amount: bigint) => world.customers.transact(customer, draw(nextId('key'), amount))

test('what a settler remembers never stands against what others did to the ledger since', async () => {
  const own = postgresSettlementStore(world.database.pool, world.clock)
  const other = postgresSettlementStore(world.database.pool, world.clock)
  const customer = await customerIn(world)
  await fund(world, customer, 100n)
  const plan = settlePlan(world.clock)

  await drawn(customer, 1n)
  expect(await settleAll(own, plan)).toBe(1)
  await drawn(customer, 2n)
  expect(await settleAll(own, plan)).toBe(1)
  await drawn(customer, 3n)
  expect(await settleAll(other, plan)).toBe(1)
  await fund(world, customer, 50n)
  await drawn(customer, 4n)
  expect(await settleAll(own, plan)).toBe(1)

  // A batch that is rolled back after its plan was made leaves nothing behind.
  await drawn(customer, 5n)
  const failing = own.settleDue({ maxNotes: 9, maxEventsPerCustomer: 9 }, (backlog) => {
    plan(backlog)
    throw new Error('after the plan')
  })
  await expect(failing).rejects.toThrow('after the plan')
  expect(await settleAll(own, plan)).toBe(1)

  const { charges, view } = await ledgerOf(world, customer)
  expect(charges.map(({ delta }) => delta)).toEqual([-1n, -2n, -3n, -4n, -5n])
  expect(view.grants.reduce((sum, grant) => sum + grant.balance, 0n)).toBe(135n)
})
