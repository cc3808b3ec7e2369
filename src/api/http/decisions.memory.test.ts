import { describeDecisions } from '../../../tests/api/decisions.ts'
import { testServer } from '../../../tests/api/server.ts'

describeDecisions(() => testServer({ kind: 'memory' }))
