import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { OtherMoney } from './other-money.tsx'
import { StatusBadge } from './status-badge.tsx'
import type { PurchaseView } from './types.ts'

afterEach(cleanup)
const AT = Date.UTC(2026, 10, 21, 12)
const show = (returned: boolean, paidAtMs: number | null = null) => {
  const otherwise = [{ payment: 'pi_1', amountMinor: 399n, currency: 'USD', atMs: AT, returned }]
  const pack = { totalMinor: 400n, currency: 'EUR' } as PurchaseView['pack']
  render(<OtherMoney zone="UTC" view={{ otherwise, pack, paidAtMs }} />)
}

test('money that is not what was asked for says what came, what it bought, and that nothing is left to do', () => {
  show(false)
  const said = screen.getByRole('region').textContent
  expect(said).toContain('We received $3.99, and this purchase asks for €4.00.')
  expect(said).toContain('It bought no credits. Support has been told')
  expect(said).toContain('you need not pay here again')
  expect(said).toContain('pi_1')
})

test('once it went back, it says so and nothing of support', () => {
  show(true)
  const said = screen.getByRole('region').textContent
  expect(said).toContain('It went back')
  expect(said).not.toContain('Support')
})

test('a purchase that support has is not waiting for a payment', () => {
  render(<StatusBadge status="awaiting_payment" otherMoney="with_support" />)
  expect(screen.getByText('With support')).toBeDefined()
  expect(screen.queryByText('Waiting for payment')).toBeNull()
})
