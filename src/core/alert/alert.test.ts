import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AlertSubject, crossingsOf, DEFAULT_SETTINGS, THRESHOLDS } from './alert.ts'

const subject = (used: bigint, limit: bigint): AlertSubject => ({
  kind: 'window',
  id: 'five_hour',
  title: '5-hour window',
  period: '1',
  used,
  limit,
  resetsAtMs: null,
})

const told = (used: bigint, limit: bigint) =>
  crossingsOf(subject(used, limit), DEFAULT_SETTINGS)
    .map(({ threshold, channels }) => `${threshold}:${channels.join('+') || '-'}`)
    .join(' ')

describe('crossings', () => {
  test.each([
    { used: 0n, limit: 10n, expected: '' },
    { used: 49n, limit: 100n, expected: '' },
    { used: 50n, limit: 100n, expected: '50:portal+webhook' },
    { used: 74n, limit: 100n, expected: '50:portal+webhook' },
    { used: 75n, limit: 100n, expected: '50:- 75:portal+webhook' },
    { used: 899_999n, limit: 1_000_000n, expected: '50:- 75:portal+webhook' },
    { used: 900_000n, limit: 1_000_000n, expected: '50:- 75:- 90:portal+mail+webhook' },
    { used: 1_000_001n, limit: 1_000_000n, expected: '50:- 75:- 90:- 100:portal+mail+webhook' },
    { used: 0n, limit: 0n, expected: '' },
    { used: 5n, limit: 0n, expected: '' },
    { used: 2n ** 62n, limit: 2n ** 63n - 1n, expected: '50:portal+webhook' },
  ])('at $used of $limit: $expected', ({ used, limit, expected }) => {
    expect(told(used, limit)).toBe(expected)
  })

  test('a channel hears only of what it asked for', () => {
    const settings = { portal: [50], mail: [], webhook: [100] } as const
    expect(crossingsOf(subject(60n, 100n), settings)[0]?.channels).toEqual(['portal'])
    expect(crossingsOf(subject(80n, 100n), settings).at(-1)?.channels).toEqual([])
  })

  test('more use never takes a crossing back, and at most one of a moment speaks', () => {
    const amount = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n })
    fc.assert(
      fc.property(amount, amount, amount, (used, more, limit) => {
        const [before, after] = [used, used + more].map((sum) => crossingsOf(subject(sum, limit), DEFAULT_SETTINGS))
        expect(after?.length).toBeGreaterThanOrEqual(before?.length ?? 0)
        expect(after?.filter(({ channels }) => channels.length > 0).length).toBeLessThanOrEqual(1)
        expect(after?.map(({ threshold }) => threshold)).toEqual(THRESHOLDS.slice(0, after?.length))
      }),
    )
  })
})
