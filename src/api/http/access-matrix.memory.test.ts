import { describeAccessMatrix } from '../../../tests/api/access-matrix.ts'
import { testServer } from '../../../tests/api/server.ts'

describeAccessMatrix(() => testServer({ kind: 'memory' }))
