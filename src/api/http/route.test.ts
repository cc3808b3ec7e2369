import { expect, test } from 'vitest'
import { ENDPOINTS } from './endpoints.ts'
import { routesOf } from './route.ts'

const route = routesOf(ENDPOINTS)
const said = (method: string, path: string): string => {
  const found = route(method, path)
  if (found.kind === 'found') return `${found.endpoint.operationId} ${Object.values(found.params).join(',')}`.trim()
  return found.kind === 'wrong_method' ? `405 ${found.allow}` : '404'
}

test.each([
  ['POST', '/api/v1/decisions', 'decide'],
  ['POST', '/api/v1/decisions/batch', 'decideBatch'],
  ['GET', '/api/v1/decisions/dec_1', 'getDecision dec_1'],
  ['POST', '/api/v1/holds/hold_1/capture', 'captureHold hold_1'],
  ['PATCH', '/api/v1/customers/cus_1', 'updateCustomer cus_1'],
  ['GET', '/api/v1/customers/cus_1/usage-events', 'listUsageEvents cus_1'],
  ['GET', '/api/v1/decisions', '405 POST'],
  ['DELETE', '/api/v1/policy', '405 GET, PUT'],
  ['POST', '/api/v1/decisions/', '404'],
  ['GET', '/api/v1/decisions/a/b', '404'],
  ['GET', '/api/v1/', '404'],
  ['GET', '/api/v1', '404'],
  ['GET', '/api/v1/__proto__', '404'],
])('%s %s: %s', (method, path, expected) => {
  expect(said(method, path)).toBe(expected)
})

test('every operation has a name of its own', () => {
  const names = ENDPOINTS.map((one) => one.operationId)
  expect(new Set(names).size).toBe(names.length)
})
