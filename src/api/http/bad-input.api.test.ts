import { inject } from 'vitest'
import { describeBadInput } from '../../../tests/api/bad-input.ts'
import { testServer } from '../../../tests/api/server.ts'
import { cloneDatabase } from '../../../tests/postgres.ts'

describeBadInput(async () => testServer({ kind: 'postgres', databaseUrl: await cloneDatabase(inject('template')) }))
