import { afterEach, expect, test, vi } from 'vitest'
import { EarlyKeys } from './early-keys.ts'

const early = new EarlyKeys()
afterEach(() => void early.stop())

/** Whether the page would still hear of it. */
function press(key: string, more: KeyboardEventInit = {}): boolean {
  const heard = vi.fn<() => void>()
  window.addEventListener('keydown', heard)
  document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }))
  window.removeEventListener('keydown', heard)
  return heard.mock.calls.length > 0
}

test('keeps what is typed, for the box alone', () => {
  early.start(() => {})
  const heard = ['g', 'r', 'x', 'Backspace', 'a', ' ', '?', 'Enter'].filter((key) => press(key))
  expect(heard).toEqual([])
  expect(early.stop()).toEqual({ text: 'gra ?', entered: true })
})

test('leaves keys with a modifier, and those that it does not know, to the page', () => {
  early.start(() => {})
  expect([press('k', { ctrlKey: true }), press('Tab')]).toEqual([true, true])
  expect(early.stop()).toEqual({ text: '', entered: false })
})

test('keeps nothing before it is asked to, after it has handed on, or after Escape', () => {
  expect(press('a')).toBe(true)
  early.start(() => {})
  press('b')
  early.stop()
  expect(press('c')).toBe(true)
  const escaped = vi.fn<() => void>()
  early.start(escaped)
  press('d')
  press('Escape')
  expect(escaped).toHaveBeenCalledOnce()
  expect([early.running, press('e')]).toEqual([false, true])
  early.start(() => {})
  expect(early.stop().text).toBe('')
})
