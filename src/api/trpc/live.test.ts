import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Engine } from '../../services/engine.ts'
import { BEAT_MS, liveChanges } from './live.ts'

const customer = `cus_${'0'.repeat(32)}`
const stillMay = async () => true

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** As much of an engine as the stream looks at. */
function world() {
  const listeners = new Set<() => void>()
  const at = { version: 1, seq: 0 }
  const engine = {
    clock: { nowMs: () => 1_000 },
    readers: { customer: async () => ({ state: { version: at.version }, head: { seq: at.seq } }) },
    signals: {
      subscribe: (_: string, listener: () => void) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
  } as unknown as Engine
  const change = () => {
    at.version += 1
    for (const listener of listeners) listener()
  }
  return { engine, change, listeners }
}

const kindOf = (event: unknown): string => {
  const value = Array.isArray(event) ? (event[1] as { kind: string }) : (event as { kind: string })
  return value.kind
}

test('who comes back having missed nothing hears a beat, and who missed something hears of it at once', async () => {
  const { engine } = world()
  const { signal } = new AbortController()
  const same = await liveChanges(engine, customer, { lastEventId: '1.0', signal, stillMay }).next()
  const behind = await liveChanges(engine, customer, { lastEventId: '0.0', signal, stillMay }).next()
  const fresh = await liveChanges(engine, customer, { lastEventId: null, signal, stillMay }).next()
  expect([same, behind, fresh].map((one) => kindOf(one.value))).toEqual(['beat', 'change', 'change'])
})

test('a storm of changes is told as one', async () => {
  const { engine, change } = world()
  const stream = liveChanges(engine, customer, { lastEventId: '1.0', signal: new AbortController().signal, stillMay })
  await stream.next()
  const next = stream.next()
  for (let i = 0; i < 500; i++) change()
  await vi.advanceTimersByTimeAsync(BEAT_MS)
  expect(kindOf((await next).value)).toBe('change')
  const after = stream.next()
  await vi.advanceTimersByTimeAsync(BEAT_MS)
  expect(kindOf((await after).value)).toBe('beat')
})

test('the end of the reader ends the stream and its subscription', async () => {
  const { engine, listeners } = world()
  const reader = new AbortController()
  const stream = liveChanges(engine, customer, { lastEventId: null, signal: reader.signal, stillMay })
  await stream.next()
  expect(listeners.size).toBe(1)
  const next = stream.next()
  await vi.advanceTimersByTimeAsync(1)
  reader.abort()
  expect((await next).done).toBe(true)
  expect(listeners.size).toBe(0)
})

test('a reader whose session ended or whose membership was taken hears no more', async () => {
  const { engine, change, listeners } = world()
  let may = true
  const { signal } = new AbortController()
  const stream = liveChanges(engine, customer, { lastEventId: null, signal, stillMay: async () => may })
  expect(kindOf((await stream.next()).value)).toBe('change')
  may = false
  const next = stream.next().catch((error: unknown) => error)
  change()
  await vi.advanceTimersByTimeAsync(BEAT_MS)
  expect(await next).toMatchObject({ code: 'UNAUTHORIZED' })
  expect(listeners.size).toBe(0)
})
