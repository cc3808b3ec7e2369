import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Wakefulness } from './stay-awake.ts'

vi.mock('node:os', () => ({ availableParallelism: () => 2 }))

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** In how many turns of the loop it asked whether to go on waiting, where each takes `turnMs`. */
async function turnsAsked(
  wakefulness: Wakefulness,
  turnMs: number,
  waiting: (turn: number) => boolean,
): Promise<number> {
  let asked = 0
  wakefulness.stayAwakeWhile(() => waiting(++asked))
  expect(asked, 'before its caller has gone on').toBe(0)
  for (let turn = 0; turn < 10; turn++) {
    vi.advanceTimersByTime(turnMs)
    await nextTurn()
  }
  return asked
}

const quick = (wakefulness: Wakefulness): Promise<number> => turnsAsked(wakefulness, 0, (turn) => turn < 5)
const slow = (wakefulness: Wakefulness): Promise<number> => turnsAsked(wakefulness, 0.25, () => true)

test('ends in the turn in which there is nothing to wait for any more', async () => {
  expect(await quick(new Wakefulness())).toBe(5)
})

test('ends after a millisecond, whatever it waits for', async () => {
  expect(await slow(new Wakefulness())).toBe(4)
})

test('on a slow disk one call in 65 stays awake, until commits are quick again', async () => {
  const wakefulness = new Wakefulness()
  const awake: number[] = []
  for (let call = 1; call <= 150; call++) if ((await slow(wakefulness)) > 0) awake.push(call)
  expect(awake).toEqual([1, 2, 3, 4, 69, 134])
  for (let call = 151; call <= 202; call++) if ((await quick(wakefulness)) > 0) awake.push(call)
  expect(awake.slice(6)).toEqual([199, 200, 201, 202])
})

test('a late answer now and then changes nothing', async () => {
  const wakefulness = new Wakefulness()
  for (let round = 0; round < 5; round++) {
    expect([await slow(wakefulness), await slow(wakefulness), await quick(wakefulness)]).toEqual([4, 4, 5])
  }
})
