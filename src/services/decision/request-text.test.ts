import { expect, test } from 'vitest'
import type { AccessRequest } from '../../core/waterfall/request.ts'
import { requestText } from './request-text.ts'

const request: AccessRequest = {
  customer: 'cus_1',
  subject: null,
  task: null,
  feature: 'f',
  price: { kind: 'usage', usage: { a: 1, b: 2 } },
  attributes: { x: '1', y: '2' },
  mode: { kind: 'consume' },
  acceptPartial: null,
  includedOnly: false,
  maxCredits: null,
  consented: null,
}

test('the order of meters and attributes does not matter', () => {
  const turned: AccessRequest = {
    ...request,
    price: { kind: 'usage', usage: { b: 2, a: 1 } },
    attributes: { y: '2', x: '1' },
  }
  expect(requestText(turned, null)).toBe(requestText(request, null))
})

test('every member matters: all these differ', () => {
  const others: AccessRequest[] = [
    { ...request, customer: 'cus_2' },
    { ...request, subject: 's' },
    { ...request, task: 's' },
    { ...request, feature: 'g' },
    { ...request, price: { kind: 'usage', usage: { a: 1 } } },
    { ...request, price: { kind: 'usage', usage: { a: 1, b: 3 } } },
    { ...request, price: { kind: 'cost', cost: 1n } },
    { ...request, price: { kind: 'cost', cost: 2n } },
    { ...request, attributes: {} },
    { ...request, attributes: { x: '1', y: '3' } },
    { ...request, mode: { kind: 'authorize', ttlMs: null } },
    { ...request, mode: { kind: 'authorize', ttlMs: 5 } },
    { ...request, acceptPartial: { minimum: 1n } },
    { ...request, acceptPartial: { minimum: 2n } },
    { ...request, includedOnly: true },
    { ...request, maxCredits: 0n },
    { ...request, maxCredits: 1n },
    { ...request, consented: 1n },
  ]
  const texts = [
    requestText(request, null),
    requestText(request, 'dec_1'),
    ...others.map((one) => requestText(one, null)),
  ]
  expect(new Set(texts).size).toBe(texts.length)
})
