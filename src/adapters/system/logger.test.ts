import { expect, test } from 'vitest'
import { createLogger } from './logger.ts'

const CANARY = 'sk_0123456789abcdef0123456789abcdef'

test.each<[string, unknown, string]>([
  ['a member', { secret: 'canary' }, ''],
  ['a header', { request: { headers: { authorization: 'canary' } } }, ''],
  ['a member one level down', { body: { password: 'canary' } }, ''],
  ['a key in an unsuspected member', { note: `Bearer ${CANARY}` }, ''],
  ['a key in the text', {}, `refused ${CANARY}`],
  ['a key in an error', { err: new Error(`no such key ${CANARY}`) }, ''],
])('a secret in %s does not reach the log', (_, fields, text) => {
  const lines: string[] = []
  createLogger({ level: 'info' }, { write: (line) => void lines.push(line) }).info(fields, text)
  expect(lines).toHaveLength(1)
  expect(lines.join()).toContain('[secret]')
  expect(lines.join()).not.toMatch(/canary|0123456789abcdef/)
})

test('a key’s id is no secret', () => {
  const lines: string[] = []
  createLogger({ level: 'info' }, { write: (line) => void lines.push(line) }).info({
    key: 'key_0123456789abcdef0123456789abcdef',
  })
  expect(lines.join()).toContain('key_0123456789abcdef0123456789abcdef')
})
