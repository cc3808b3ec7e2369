import { expect, test } from 'vitest'
import { pathOnly } from './next-path.ts'

test.each(['/app', '/app/team', '/app/decisions?outcome=denied', '/admin', '/invite/abc_DEF-1'])(
  '%s is ours',
  (path) => {
    expect(pathOnly(path, '/app/home')).toBe(path)
  },
)

test.each([
  'https://evil.example',
  '//evil.example',
  '/app//evil.example',
  '/\\evil.example',
  '/app/../../evil',
  '/appetite',
  '/api/auth/signout',
  'javascript:alert(1)',
  '/app?x=//evil.example',
  '/app\nSet-Cookie: a=b',
  '/app#x',
  `/app/${'a'.repeat(500)}`,
  '',
  null,
  undefined,
])('%j is refused', (path) => {
  expect(pathOnly(path, '/app/home')).toBe('/app/home')
})
