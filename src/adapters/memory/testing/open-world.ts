import { memoryCustomerState } from '../customer-state.ts'
import { MemoryDatabase } from '../database.ts'
import { memoryDueWork } from '../due-work.ts'
import { memoryMaintenance } from '../maintenance.ts'
import { memoryReaders } from '../readers.ts'
import { memorySettlementStore } from '../settlement-store.ts'
import { memoryUsageReader } from '../usage-reader.ts'
import { testClock } from '../../system/test-clock.ts'
import { AT } from '../../conformance/sample.ts'
import type { World } from '../../conformance/world.ts'

export async function openMemoryWorld(): Promise<World> {
  const db = new MemoryDatabase()
  const clock = testClock(AT)
  return {
    customers: memoryCustomerState(db),
    settlement: memorySettlementStore(db, clock),
    readers: memoryReaders(db),
    usage: memoryUsageReader(db),
    due: memoryDueWork(db),
    maintenance: memoryMaintenance(db),
    clock,
    async close() {},
  }
}
