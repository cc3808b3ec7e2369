import { inject } from 'vitest'
import { describeProvisioning } from '../../../tests/api/provisioning.ts'
import { testServer } from '../../../tests/api/server.ts'
import { cloneDatabase } from '../../../tests/postgres.ts'

describeProvisioning(async () => testServer({ kind: 'postgres', databaseUrl: await cloneDatabase(inject('template')) }))
