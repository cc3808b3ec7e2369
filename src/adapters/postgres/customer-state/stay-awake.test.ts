import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { stayAwake } from './stay-awake.ts'

vi.mock('node:os', () => ({ availableParallelism: () => 2 }))

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** In how many of 100 turns of the loop it asked whether to go on, where each takes `turnMs`. */
async function turnsAsked(turnMs: number, worthwhile: (turn: number) => boolean): Promise<number> {
  let asked = 0
  stayAwake(() => worthwhile(++asked))
  expect(asked, 'before its caller has gone on').toBe(0)
  for (let turn = 0; turn < 100; turn++) {
    vi.advanceTimersByTime(turnMs)
    await nextTurn()
  }
  return asked
}

test('ends in the turn in which there is nothing to wait for any more', async () => {
  expect(await turnsAsked(0, (turn) => turn < 5)).toBe(5)
})

test('ends after a millisecond, whatever it waits for', async () => {
  expect(await turnsAsked(0.25, () => true)).toBe(4)
})
