import { inject } from 'vitest'
import { describeHolds } from '../../../tests/api/holds.ts'
import { testServer } from '../../../tests/api/server.ts'
import { cloneDatabase } from '../../../tests/postgres.ts'

describeHolds(async () => testServer({ kind: 'postgres', databaseUrl: await cloneDatabase(inject('template')) }))
