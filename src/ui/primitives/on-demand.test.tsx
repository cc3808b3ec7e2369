import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { type ComponentType, StrictMode } from 'react'
import { afterEach, expect, test, vi } from 'vitest'
import { FetchAtFirstSign, onDemand, useOnDemand } from './on-demand.tsx'
import { toasts } from './toast.ts'

interface Shown {
  open: boolean
  onOpenChange: (open: boolean) => void
}
const Dialog = ({ open, onOpenChange }: Shown) =>
  open ? <button onClick={() => onOpenChange(false)}>Close</button> : null

/** A part whose code comes, or does not, when the test says so. */
function slow() {
  const waiting: { come: () => void; fail: () => void }[] = []
  const load = vi.fn<() => Promise<ComponentType<Shown>>>(
    () =>
      new Promise((resolve, reject) => {
        waiting.push({ come: () => resolve(Dialog), fail: () => reject(new Error('no network')) })
      }),
  )
  const part = onDemand(load)
  function Opener() {
    const { Part, open, onOpenChange, opener } = useOnDemand(part)
    return (
      <>
        <button ref={opener} aria-expanded={open} onClick={() => onOpenChange(!open)}>
          Open
        </button>
        {Part && <Part open={open} onOpenChange={onOpenChange} />}
      </>
    )
  }
  const settle = (how: 'come' | 'fail') => act(async () => waiting.shift()?.[how]())
  return { load, Opener, settle }
}
const click = (name: string) => fireEvent.click(screen.getByRole('button', { name }))
const isOpen = () => screen.queryByRole('button', { name: 'Close' }) !== null

afterEach(() => {
  cleanup()
  for (const { id } of toasts.now()) toasts.dismiss(id)
})

test('a click before the code is there opens it when it comes, and the next opens it at once', async () => {
  const { load, Opener, settle } = slow()
  render(<Opener />, { wrapper: StrictMode })
  expect(load).not.toHaveBeenCalled()
  click('Open')
  expect(isOpen()).toBe(false)
  await settle('come')
  expect(isOpen()).toBe(true)
  click('Close')
  expect(isOpen()).toBe(false)
  click('Open')
  expect(isOpen()).toBe(true)
  expect(load).toHaveBeenCalledOnce()
})

test('what was closed again before it came stays closed', async () => {
  const { Opener, settle } = slow()
  render(<Opener />)
  click('Open')
  click('Open')
  await settle('come')
  expect(isOpen()).toBe(false)
})

test('code that does not come is said, and asked for again by the next click', async () => {
  const { load, Opener, settle } = slow()
  render(<Opener />)
  click('Open')
  await settle('fail')
  expect(toasts.now().map(({ kind, text }) => [kind, text])).toEqual([
    ['error', 'That could not be loaded. Try again.'],
  ])
  expect(screen.getByRole('button', { name: 'Open' }).getAttribute('aria-expanded')).toBe('false')
  click('Open')
  await settle('come')
  expect([isOpen(), load.mock.calls.length]).toEqual([true, 2])
})

test('nothing is fetched before the first sign of a person, and everything after it', async () => {
  const [one, two] = [slow(), slow()]
  render(<FetchAtFirstSign />)
  expect([one.load.mock.calls.length, two.load.mock.calls.length]).toEqual([0, 0])
  fireEvent.pointerMove(window)
  await vi.waitFor(() => expect(one.load).toHaveBeenCalledOnce())
  expect(two.load).not.toHaveBeenCalled()
  await one.settle('fail')
  await vi.waitFor(() => expect(two.load).toHaveBeenCalledOnce())
})
