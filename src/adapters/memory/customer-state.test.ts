import { customerStateConformance } from '../conformance/customer-state.ts'
import { memoryCustomerState } from './customer-state.ts'
import { MemoryDatabase } from './database.ts'

customerStateConformance('memory', async () => {
  const db = new MemoryDatabase()
  return {
    store: memoryCustomerState(db),
    decision: async (id) => db.decisions.get(id) ?? null,
    auditActions: async () => db.audit.map(({ action }) => action),
    close: async () => {},
  }
})
