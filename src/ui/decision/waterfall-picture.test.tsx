import { cleanup, render, screen, within } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import type { Explanation, WaterfallStop } from './types.ts'
import { WaterfallPicture } from './waterfall-picture.tsx'
import { WaterfallTable } from './waterfall-table.tsx'

afterEach(cleanup)

const M = 1_000_000n
const stop = (changed: Partial<WaterfallStop>): WaterfallStop => ({
  kind: 'included',
  layer: 'included',
  source: 'five_hour',
  title: '5-hour window',
  verdict: 'took',
  limit: 2n * M,
  found: M,
  took: M,
  why: null,
  needBefore: 0n,
  needAfter: 0n,
  alongside: false,
  decidedHere: false,
  ...changed,
})
const gate = stop({
  kind: 'gate',
  layer: null,
  source: 'gate',
  title: 'Gate',
  verdict: 'passed',
  limit: null,
  found: null,
  took: 0n,
})

/** Only what picture and table read. */
const explained = (outcome: 'allowed' | 'partial' | 'denied', cost: bigint, stops: WaterfallStop[]) =>
  ({ decision: { outcome, cost }, stops }) as unknown as Explanation

test('a cost that is split says what each source took and where it was decided', () => {
  const stops = [
    gate,
    stop({ needBefore: 3n * M, needAfter: 2n * M }),
    stop({
      source: 'week',
      title: 'Weekly window',
      alongside: true,
      found: 9n * M,
      needBefore: 2n * M,
      needAfter: 2n * M,
    }),
    stop({
      kind: 'grant',
      layer: 'promotion',
      source: 'grt_1',
      title: 'Promotion',
      found: 5n * M,
      took: 2n * M,
      needBefore: 2n * M,
      decidedHere: true,
    }),
    stop({
      kind: 'credits',
      layer: 'credits',
      source: 'grt_2',
      title: 'Credits',
      verdict: 'skipped',
      why: 'not_needed',
      found: 7n * M,
      took: 0n,
    }),
  ]
  render(<WaterfallPicture explanation={explained('allowed', 3n * M, stops)} />)
  expect(screen.getByText('Nothing is left to cover.')).toBeTruthy()
  expect(screen.getByText('Not needed: Credits, 7 left')).toBeTruthy()
  const decided = screen.getByText('decided here').parentElement
  expect(decided?.textContent).toContain('Promotion')
  expect(screen.getByText(/Weekly window counts the same/)).toBeTruthy()
})

test('a denial shows what would have been taken, and what stays uncovered', () => {
  const stops = [
    gate,
    stop({ verdict: 'skipped', why: 'would_cover', needBefore: 3n * M, needAfter: 2n * M, decidedHere: true }),
  ]
  render(<WaterfallPicture explanation={explained('denied', 3n * M, stops)} />)
  expect(screen.getByText('would take')).toBeTruthy()
  expect(screen.getByText('2 credits stay uncovered, so nothing was taken.')).toBeTruthy()
})

test('a guard that refuses ends the picture: no layer was asked', () => {
  const guard = stop({
    kind: 'guard',
    layer: null,
    source: 'burst',
    title: 'burst',
    verdict: 'denied',
    limit: 10n,
    found: 0n,
    took: 1n,
    needBefore: M,
    needAfter: M,
    decidedHere: true,
  })
  render(<WaterfallPicture explanation={explained('denied', M, [gate, guard])} />)
  expect(screen.getByText('Guard burst refuses')).toBeTruthy()
  expect(screen.getByText(/0 of 10 left, 1 asked/)).toBeTruthy()
  expect(screen.queryByText(/uncovered/)).toBeNull()
})

test('the table has every step, in order, with the same figures', () => {
  const stops = [gate, stop({ needBefore: M, needAfter: 0n, decidedHere: true })]
  render(<WaterfallTable explanation={explained('allowed', M, stops)} />)
  const [, first, second] = screen.getAllByRole('row')
  expect(first?.textContent).toContain('1. Gate')
  expect(
    within(second as HTMLElement)
      .getAllByRole('cell')
      .map((cell) => cell.textContent),
  ).toEqual(['1', '1', '0', 'tookdecided here'])
})
