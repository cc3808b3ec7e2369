import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import { Refresher } from './refresher.ts'

/** A query whose readings end when the test says so. */
function world() {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const open: ((value: number) => void)[] = []
  let started = 0
  const queryFn = () =>
    new Promise<number>((resolve, reject) => {
      started += 1
      open.push((value) => (value < 0 ? reject(new Error('the store did not answer')) : resolve(value)))
    })
  const stop = new QueryObserver(queries, { queryKey: ['list'], queryFn }).subscribe(() => {})
  const turn = () => new Promise((resolve) => setTimeout(resolve))
  const end = async (value: number) => {
    open.shift()?.(value)
    await turn()
  }
  return { queries, turn, end, stop, started: () => started, data: () => queries.getQueryData(['list']) }
}

test('a change during a reading is read after it, and does not cut it off', async () => {
  const { queries, end, stop, started, data } = world()
  const refresher = new Refresher(queries, { queryKey: ['list'] })
  refresher.ring()
  expect(started()).toBe(1)
  await end(1)
  expect(data()).toBe(1)
  expect(started()).toBe(2)
  await end(2)
  expect([data(), started()]).toEqual([2, 2])
  stop()
})

test('many changes during one reading are one more reading', async () => {
  const { queries, turn, end, stop, started, data } = world()
  await end(1)
  const refresher = new Refresher(queries, { queryKey: ['list'] })
  refresher.ring()
  await turn()
  expect(started()).toBe(2)
  for (let i = 0; i < 100; i++) refresher.ring()
  await end(2)
  expect(started()).toBe(3)
  await end(3)
  expect([data(), started()]).toEqual([3, 3])
  stop()
})

test('what could not be read again is known to be old until it is', async () => {
  const { queries, turn, end, stop, started, data } = world()
  await end(1)
  const refresher = new Refresher(queries, { queryKey: ['list'] })
  refresher.ring()
  await turn()
  for (let round = 0; round < 10; round++) await end(-1)
  expect([data(), refresher.behind]).toEqual([1, true])
  expect(started()).toBeLessThan(7)
  refresher.ring()
  await turn()
  await end(2)
  expect([data(), refresher.behind]).toEqual([2, false])
  stop()
})

test('what never changes is not read again, and is never old', async () => {
  const queries = new QueryClient()
  let started = 0
  const queryFn = async () => (started += 1)
  const stop = new QueryObserver(queries, { queryKey: ['rows'], queryFn, staleTime: 'static' }).subscribe(() => {})
  const turn = () => new Promise((resolve) => setTimeout(resolve))
  await turn()
  const refresher = new Refresher(queries, {})
  refresher.ring()
  await turn()
  expect([started, refresher.behind]).toEqual([1, false])
  stop()
})
