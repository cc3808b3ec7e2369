import { describeProvisioning } from '../../../tests/api/provisioning.ts'
import { testServer } from '../../../tests/api/server.ts'

describeProvisioning(() => testServer({ kind: 'memory' }))
