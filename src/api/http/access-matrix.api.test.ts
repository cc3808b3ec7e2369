import { inject } from 'vitest'
import { describeAccessMatrix } from '../../../tests/api/access-matrix.ts'
import { testServer } from '../../../tests/api/server.ts'
import { cloneDatabase } from '../../../tests/postgres.ts'

describeAccessMatrix(async () => testServer({ kind: 'postgres', databaseUrl: await cloneDatabase(inject('template')) }))
