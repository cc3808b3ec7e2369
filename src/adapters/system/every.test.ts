import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { everyWith } from './every.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('runs again after each pause, reports what is thrown, and stops when told', async () => {
  const faults: unknown[] = []
  let runs = 0
  const stop = everyWith(
    (error) => faults.push(error),
    () => 0,
  )(100, async () => {
    runs += 1
    if (runs === 2) throw new Error('second')
  })
  await vi.advanceTimersByTimeAsync(350)
  expect({ runs, faults }).toEqual({ runs: 3, faults: [new Error('second')] })
  stop()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(runs).toBe(3)
})

test('never runs twice at once', async () => {
  let running = 0
  let most = 0
  const stop = everyWith(
    () => {},
    () => 1,
  )(100, async () => {
    running += 1
    most = Math.max(most, running)
    await new Promise((resolve) => setTimeout(resolve, 5_000))
    running -= 1
  })
  await vi.advanceTimersByTimeAsync(12_000)
  expect(most).toBe(1)
  stop()
})
