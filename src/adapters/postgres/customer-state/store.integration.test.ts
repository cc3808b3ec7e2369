import pg from 'pg'
import { inject } from 'vitest'
import { cloneDatabase } from '../../../../tests/postgres.ts'
import { customerStateConformance } from '../../conformance/customer-state.ts'
import { DECISION_COLUMNS, decodeDecision, type DecisionRow } from '../codec/decision.ts'
import { toUuid } from '../codec/ids.ts'
import { postgresCustomerState } from './store.ts'

customerStateConformance('postgres', async () => {
  const url = await cloneDatabase(inject('template'))
  const store = postgresCustomerState(url)
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
})
