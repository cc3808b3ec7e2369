import { expect, test } from 'vitest'
import { bodyRefusal } from './body-size.ts'

test.each([
  ['1000000', null],
  ['1000001', 413],
  ['400000000', 413],
  ['', 411],
  ['-1', 411],
  ['1e3', 411],
])('a body whose length is said to be "%s"', (length, status) => {
  const headers = length === '' ? {} : { 'content-length': length }
  const request = new Request('http://here/api/trpc/x', { method: 'POST', headers })
  expect(bodyRefusal(request)?.status ?? null).toBe(status)
})
