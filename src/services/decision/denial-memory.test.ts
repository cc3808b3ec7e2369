import { expect, test } from 'vitest'
import { type DenialKind, DenialMemory, RECORDED_ALIKE, RECORDED_PER_CUSTOMER } from './denial-memory.ts'

const kind: DenialKind = { customer: 'cus_a', subject: null, feature: 'f', reason: 'credits_insufficient' }
const MINUTE = 60_000

/** Kinds of keeping, as one letter each. */
const kept = (memory: DenialMemory, kinds: readonly DenialKind[], atMs = 0): string =>
  kinds.map((one, i) => (memory.keep(one, `dec_${atMs}_${i}`, atMs).kind === 'record' ? 'r' : 'c')).join('')
const times = <T>(count: number, one: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => one(i))

test('the first alike of a minute are recorded, the rest counted onto the latest of them', () => {
  const memory = new DenialMemory()
  expect(
    kept(
      memory,
      times(13, () => kind),
    ),
  ).toBe('rrrrrrrrrrccc')
  expect(memory.keep(kind, 'dec_x', 1)).toEqual({ kind: 'count', onto: `dec_0_${RECORDED_ALIKE - 1}` })
})

test('the next minute records again', () => {
  const memory = new DenialMemory()
  kept(
    memory,
    times(20, () => kind),
  )
  expect(kept(memory, [kind], MINUTE - 1)).toBe('c')
  expect(kept(memory, [kind], MINUTE)).toBe('r')
})

test('another subject, feature, reason or customer is counted for itself', () => {
  const memory = new DenialMemory()
  kept(
    memory,
    times(20, () => kind),
  )
  expect(
    kept(memory, [
      { ...kind, subject: 's' },
      { ...kind, feature: 'g' },
      { ...kind, reason: 'burst_exceeded' },
      { ...kind, customer: 'cus_b' },
      kind,
    ]),
  ).toBe('rrrrc')
})

test('however many kinds a customer makes up, its records of a minute are bounded', () => {
  const memory = new DenialMemory()
  const made = kept(
    memory,
    times(RECORDED_PER_CUSTOMER + 40, (i) => ({ ...kind, subject: `s${i}` })),
  )
  expect(made).toBe('r'.repeat(RECORDED_PER_CUSTOMER) + 'c'.repeat(40))
})

test('a record that failed is not counted onto', () => {
  const memory = new DenialMemory()
  kept(
    memory,
    times(RECORDED_ALIKE, () => kind),
  )
  memory.forget(kind)
  expect(memory.keep(kind, 'dec_new', 1)).toEqual({ kind: 'record' })
})

test('counted denials are tallied once, and again after a failure to store them', () => {
  const memory = new DenialMemory()
  const reply = { status: 402, body: '{}' }
  for (const atMs of [5, 9, 7])
    memory.counted({ customer: 'cus_a', key: `k${atMs}`, fingerprint: 'f', onto: 'dec_1', atMs, reply })
  const taken = memory.takeTallies()
  expect(taken).toEqual([{ decision: 'dec_1', customer: 'cus_a', count: 3, lastAtMs: 9 }])
  expect(memory.takeTallies()).toEqual([])
  memory.counted({ customer: 'cus_a', key: 'k', fingerprint: 'f', onto: 'dec_1', atMs: 6, reply })
  memory.restore(taken)
  expect(memory.takeTallies()).toEqual([{ decision: 'dec_1', customer: 'cus_a', count: 4, lastAtMs: 9 }])
})

test('the answer of a counted denial is remembered by customer and key', () => {
  const memory = new DenialMemory()
  memory.counted({
    customer: 'cus_a',
    key: 'k',
    fingerprint: 'f',
    onto: 'dec_1',
    atMs: 0,
    reply: { status: 402, body: '{}' },
  })
  expect(memory.replyTo('cus_a', 'k')).toEqual({ fingerprint: 'f', reply: { status: 402, body: '{}' } })
  expect(memory.replyTo('cus_b', 'k')).toBeNull()
})
