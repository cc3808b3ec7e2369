import { cleanup, render, screen, within } from '@testing-library/react'
import { afterEach, describe, expect, test } from 'vitest'
import { Steps } from './steps.tsx'
import type { PurchaseView, Step } from './types.ts'

afterEach(cleanup)
const AT = Date.UTC(2026, 10, 21, 12)
const step = (name: Step['step'], standing: Step['standing'], more: Partial<Step> = {}): Step => ({
  step: name,
  standing,
  atMs: standing === 'done' ? AT : null,
  id: null,
  note: null,
  ...more,
})
const viewOf = (steps: readonly Step[], more: object = {}) =>
  ({
    status: 'paid',
    origin: 'person',
    pack: { credits: 10_000_000n },
    paidAtMs: AT,
    stateVersion: 31,
    grant: null,
    otherwise: [],
    steps,
    ...more,
  }) as unknown as PurchaseView
const item = (name: RegExp) => {
  const found = screen.getAllByRole('listitem').find((one) => name.test(one.textContent ?? ''))
  if (found === undefined) throw new Error(`no step ${name}`)
  return within(found)
}

describe('the steps of a purchase', () => {
  test('paid is not credited, and credited is not usable, until each is there', () => {
    render(<Steps zone="UTC" view={viewOf([step('paid', 'done'), step('credited', 'now'), step('usable', 'ahead')])} />)
    expect(item(/Paid/).getByText('done:')).toBeDefined()
    expect(item(/enters the ledger/).getByText('under way:')).toBeDefined()
    expect(item(/Usable/).getByText('not yet:')).toBeDefined()
    expect(screen.queryByText(/The gate has them/)).toBeNull()
  })

  test('usable names the state that has the credits, and says so when nothing of them is left', () => {
    const steps = [step('paid', 'done'), step('credited', 'done', { id: 'grt_1' }), step('usable', 'done')]
    const { unmount } = render(<Steps zone="UTC" view={viewOf(steps, { grant: { available: 1n } })} />)
    expect(screen.getByText(/at state 31 the next request can be paid with them/)).toBeDefined()
    expect(screen.getByText('grt_1')).toBeDefined()
    unmount()
    render(<Steps zone="UTC" view={viewOf(steps, { grant: { available: 0n } })} />)
    expect(screen.getByText(/nothing of them can be spent any more/)).toBeDefined()
  })

  test('a failure says why, and promises nothing after it', () => {
    const steps = [
      step('paid', 'failed', { note: 'The card was declined.' }),
      step('credited', 'ahead'),
      step('usable', 'ahead'),
    ]
    render(<Steps zone="UTC" view={viewOf(steps, { status: 'failed', paidAtMs: null })} />)
    expect(item(/Payment failed/).getByText('The card was declined.')).toBeDefined()
    expect(screen.getAllByText('not yet:')).toHaveLength(2)
  })
})
