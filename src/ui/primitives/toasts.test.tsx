import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { toast, toasts } from './toast.ts'
import { Toasts } from './toasts.tsx'

beforeEach(() => vi.useFakeTimers())
afterEach(() => {
  cleanup()
  for (const { id } of toasts.now()) toasts.dismiss(id)
  vi.useRealTimers()
})
const said = () => [...document.querySelectorAll('[data-toast] p')].map((one) => one.textContent)
const pass = (ms: number) =>
  act(() => {
    vi.advanceTimersByTime(ms)
  })

test('a toast is read out by a region that was there before it, and goes by itself', () => {
  render(<Toasts />)
  const region = screen.getByRole('region', { name: 'Notifications' })
  expect(region.getAttribute('aria-live')).toBe('polite')
  act(() => toast.success('Id copied'))
  expect(region.textContent).toBe('Id copied')
  pass(4_999)
  expect(said()).toEqual(['Id copied'])
  pass(1)
  expect(said()).toEqual([])
})

test('it stays while it is pointed at, and goes when it is dismissed', () => {
  render(<Toasts />)
  act(() => toast.error('That failed'))
  fireEvent.pointerEnter(screen.getByRole('region'))
  pass(60_000)
  expect(said()).toEqual(['That failed'])
  fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }))
  expect(said()).toEqual([])
  act(() => toast.success('Another'))
  pass(5_000)
  expect(said()).toEqual([])
})

test('no more than three at once: the oldest gives way', () => {
  render(<Toasts />)
  act(() => ['one', 'two', 'three', 'four'].forEach((text) => toast.success(text)))
  expect(said()).toEqual(['two', 'three', 'four'])
})
