import { describeBadInput } from '../../../tests/api/bad-input.ts'
import { testServer } from '../../../tests/api/server.ts'

describeBadInput(() => testServer({ kind: 'memory' }))
