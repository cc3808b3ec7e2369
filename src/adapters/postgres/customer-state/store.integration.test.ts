import pg from 'pg'
import { inject } from 'vitest'
import { cloneDatabase } from '../../../../tests/postgres.ts'
import { customerStateConformance, type StoreUnderTest } from '../../conformance/customer-state.ts'
import { DECISION_COLUMNS, decodeDecision, type DecisionRow } from '../codec/decision.ts'
import { toUuid } from '../codec/ids.ts'
import { type CustomerStateOptions, postgresCustomerState } from './store.ts'

customerStateConformance('postgres', () => storeUnderTest({}))
customerStateConformance('postgres, where all sleep whom nobody uses', () => storeUnderTest({ awake: 0 }))

async function storeUnderTest(options: Partial<CustomerStateOptions>): Promise<StoreUnderTest> {
  const url = await cloneDatabase(inject('template'))
  const store = postgresCustomerState(url, options)
  const direct = new pg.Client(url)
  await direct.connect()
  return {
    store,
    async decision(id) {
      const { rows } = await direct.query<DecisionRow>(`SELECT ${DECISION_COLUMNS} FROM decision WHERE id = $1`, [
        toUuid(id),
      ])
      const [row] = rows
      return row === undefined ? null : { ...decodeDecision(row), answer: row.answer, status: row.status }
    },
    async auditActions() {
      const { rows } = await direct.query<{ action: string }>('SELECT action FROM audit_entry ORDER BY seq')
      return rows.map(({ action }) => action)
    },
    async close() {
      await store.close()
      await direct.end()
    },
  }
}
