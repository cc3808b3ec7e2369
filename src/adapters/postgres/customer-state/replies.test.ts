import { describe, expect, test } from 'vitest'
import { type KnownReply, RecentReplies } from './replies.ts'

const known = (body: string, status = 200): KnownReply => ({ fingerprint: 'f'.repeat(32), reply: { status, body } })
/** Bytes of one reply with a body of so many. */
const sizeOf = (body: number): number => 8 + 32 + body

describe('replies of recent keys', () => {
  test('come back byte for byte', () => {
    const replies = new RecentReplies({ entries: 10, bytes: 1_000 })
    const all = [known('{"a":1}'), known('{"name":"Zo\u00eb \u{1f680}"}', 429), known('', 503)]
    for (const [i, one] of all.entries()) replies.remember(`key ${i}`, one)
    expect(all.map((_, i) => replies.recall(`key ${i}`))).toEqual(all)
    expect(replies.recall('another key')).toBeUndefined()
  })

  test.each([
    ['entries', { entries: 3, bytes: 10_000 }],
    ['bytes', { entries: 1_000, bytes: 3 * sizeOf(50) }],
  ])('are bounded by %s: the older half goes, what is left is right', (_, bound) => {
    const replies = new RecentReplies(bound)
    const bodies = Array.from({ length: 40 }, (__, n) => String(n).padStart(50, '0'))
    for (const [n, body] of bodies.entries()) {
      replies.remember(`key ${n}`, known(body))
      const found = bodies.slice(0, n + 1).map((__, at) => replies.recall(`key ${at}`)?.reply.body)
      const first = found.findIndex((one) => one !== undefined)
      expect(found.slice(first)).toEqual(bodies.slice(first, n + 1))
      expect(found.length - first).toBeGreaterThanOrEqual(Math.min(n + 1, 4))
      expect(found.length - first).toBeLessThanOrEqual(6)
    }
  })

  test('one that is larger than all room is left out, and nothing else for it', () => {
    const replies = new RecentReplies({ entries: 10, bytes: 200 })
    replies.remember('small', known('x'))
    replies.remember('large', known('y'.repeat(500)))
    expect(replies.recall('large')).toBeUndefined()
    expect(replies.recall('small')).toEqual(known('x'))
    replies.remember('next', known('z'))
    expect(replies.recall('next')).toEqual(known('z'))
  })
})
