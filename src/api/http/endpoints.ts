import type { Endpoint } from './endpoint.ts'
import { endpoint } from './endpoint.ts'
import { text } from './answer.ts'
import { createCustomer, updateCustomer } from './endpoints/customers.ts'
import { balanceUpdates, monetizationEvents, usageEvents } from './endpoints/datasets.ts'
import { decide } from './endpoints/decide.ts'
import { decideBatch } from './endpoints/decide-batch.ts'
import { createGrant } from './endpoints/grants.ts'
import { captureHold, extendHold, releaseHold, reportHold } from './endpoints/holds.ts'
import { publishPolicy, readPolicy } from './endpoints/policy.ts'
import { listProblems } from './endpoints/problems.ts'
import { createPurchase, listPurchases, readPurchase, refundOfPurchase } from './endpoints/purchases.ts'
import { readAccess } from './endpoints/read-access.ts'
import { readDecision } from './endpoints/read-decision.ts'
import { recordUsageEvents } from './endpoints/usage-events.ts'
import { openApiDocument } from './openapi.ts'

let described: string | null = null

const describe = endpoint({
  method: 'GET',
  path: '/openapi.json',
  operationId: 'getOpenApi',
  summary: 'This description',
  tag: 'reference',
  scope: null,
  idempotency: 'none',
  body: null,
  query: null,
  answers: { 200: { description: 'OpenAPI 3.1', schema: null } },
  run: () => text(200, (described ??= JSON.stringify(openApiDocument(ENDPOINTS)))),
})

/** Everything that `/api/v1` answers. */
export const ENDPOINTS: readonly Endpoint[] = [
  decide,
  decideBatch,
  readDecision,
  captureHold,
  extendHold,
  releaseHold,
  reportHold,
  readAccess,
  usageEvents,
  monetizationEvents,
  balanceUpdates,
  recordUsageEvents,
  createCustomer,
  updateCustomer,
  createGrant,
  createPurchase,
  listPurchases,
  readPurchase,
  refundOfPurchase,
  readPolicy,
  publishPolicy,
  listProblems,
  describe,
]
