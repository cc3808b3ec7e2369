import { inject } from 'vitest'
import { describeBatches } from '../../../tests/api/batches.ts'
import { testServer } from '../../../tests/api/server.ts'
import { cloneDatabase } from '../../../tests/postgres.ts'

describeBatches(async () => testServer({ kind: 'postgres', databaseUrl: await cloneDatabase(inject('template')) }))
