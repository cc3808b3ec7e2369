import { inject } from 'vitest'
import { describeDecisions } from '../../../tests/api/decisions.ts'
import { testServer } from '../../../tests/api/server.ts'
import { cloneDatabase } from '../../../tests/postgres.ts'

describeDecisions(async () => testServer({ kind: 'postgres', databaseUrl: await cloneDatabase(inject('template')) }))
