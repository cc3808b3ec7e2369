import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { BalanceCard } from './balance-card.tsx'

afterEach(cleanup)

const M = 1_000_000n
const nothing = { settled: 0n, available: 0n, held: 0n, pending: 0n, expiring: 0n, scheduled: 0n, lapsed: 0n }

/** What a reader adds up: figures of the rows, in millionths. */
function figures(): bigint[] {
  return screen.getAllByRole('cell').map((cell) => {
    const [whole = '0', fraction = ''] = (cell.textContent ?? '').replace(/[^0-9.]/g, '').split('.')
    return BigInt(whole) * M + BigInt(fraction.padEnd(6, '0').slice(0, 6))
  })
}

test.each([
  ['everything available', { ...nothing, settled: 5n * M, available: 5n * M }],
  ['a part that expires is not counted twice', { ...nothing, settled: 5n * M, available: 5n * M, expiring: 2n * M }],
  [
    'held and pending',
    { ...nothing, settled: 10n * M, available: 6n * M + 1n, expiring: 1n, held: 3n * M, pending: M - 1n },
  ],
  [
    'not in force yet, and past its end',
    { ...nothing, settled: 9n * M, available: M, scheduled: 5n * M, lapsed: 3n * M },
  ],
  ['nothing at all', nothing],
])('%s: the parts that are shown add up to the settled balance', (_, balance) => {
  render(<BalanceCard balance={balance} debt={0n} />)
  const shown = figures()
  expect(shown.slice(0, -1).reduce((sum, part) => sum + part, 0n)).toBe(shown.at(-1))
  expect(shown.at(-1)).toBe(balance.settled)
})

test('a debt is said with what pays it', () => {
  render(<BalanceCard balance={nothing} debt={2n * M} />)
  expect(screen.getByText(/You owe 2 credits/)).toBeTruthy()
})
