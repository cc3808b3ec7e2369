import { describeHolds } from '../../../tests/api/holds.ts'
import { testServer } from '../../../tests/api/server.ts'

describeHolds(() => testServer({ kind: 'memory' }))
