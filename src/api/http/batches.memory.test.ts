import { describeBatches } from '../../../tests/api/batches.ts'
import { testServer } from '../../../tests/api/server.ts'

describeBatches(() => testServer({ kind: 'memory' }))
