import { expect, test } from 'vitest'
import type { BatchOutcome } from '../services/settlement/settle.ts'
import { createSettler, type SettlerOptions } from './loop.ts'
import { lagWindow } from './lag-window.ts'

const IDLE: BatchOutcome = { notes: 0, customers: [], events: 0, oldestRecordedAtMs: null, failures: 0, dead: 0 }
const batch = (changes: Partial<BatchOutcome> = {}): BatchOutcome => ({
  ...IDLE,
  notes: 256,
  events: 3,
  oldestRecordedAtMs: 900,
  ...changes,
})

/** A settler whose batches come from a script (then nothing is due) and whose pauses are written down; `pauses` ends at the last. */
function scripted(script: (BatchOutcome | Error)[], options: { pauses: number } & Partial<SettlerOptions>) {
  const steps: string[] = []
  const settler = createSettler({
    nowMs: () => 1_000,
    ...options,
    async settle() {
      const next = script.shift() ?? IDLE
      steps.push(next instanceof Error ? 'fault' : next.notes > 0 ? 'work' : 'idle')
      if (next instanceof Error) throw next
      return next
    },
    async pause(ms, wake) {
      steps.push(`${ms}`)
      if (steps.filter((step) => /^\d/.test(step)).length >= options.pauses) void settler.stop()
      await options.pause?.(ms, wake)
    },
  })
  return { settler, steps }
}

async function runOut(world: ReturnType<typeof scripted>): Promise<string> {
  world.settler.start()
  await expect.poll(() => world.settler.stats().running).toBe(false)
  return world.steps.join(' ')
}

test.each<[string, (BatchOutcome | Error)[], number, string]>([
  [
    'pauses twice as long each time, up to the longest',
    [],
    7,
    'idle 20 idle 40 idle 80 idle 160 idle 320 idle 500 idle 500',
  ],
  [
    'does not pause after full batches, and starts again with the shortest pause',
    [IDLE, IDLE, batch(), batch()],
    3,
    'idle 20 idle 40 work work idle 20',
  ],
  [
    'lets the next batch gather for a moment after one that was not full',
    [batch({ notes: 255 }), batch({ notes: 1 }), batch()],
    3,
    'work 10 work 10 work idle 20',
  ],
  [
    'lets nothing gather longer while it is late',
    [batch({ notes: 255, events: 9_000, oldestRecordedAtMs: 700 })],
    1,
    'work 10',
  ],
  [
    'lets it gather longer the larger the batch was, up to a bound',
    [batch({ notes: 255, events: 120 }), batch({ notes: 255, events: 9_000 })],
    2,
    'work 30 work 50',
  ],
  [
    'goes on at once after a batch in which everything failed: the store lets those wait',
    [batch({ events: 0, failures: 1 })],
    1,
    'work idle 20',
  ],
  [
    'backs off while the store is away, and not longer than the longest',
    [1, 2, 3, 4].map(() => new Error('away')),
    4,
    'fault 50 fault 100 fault 200 fault 200',
  ],
  ['forgets an outage once it is over', [new Error('away'), batch(), new Error('away')], 2, 'fault 50 work fault 50'],
])('%s', async (_, script, pauses, expected) => {
  expect(await runOut(scripted(script, { pauses, faultMs: { min: 50, max: 200 } }))).toBe(expected)
})

test('counts what it settled, how late, and what went wrong last', async () => {
  const faults: unknown[] = []
  const script = [
    batch(),
    batch({ events: 2, oldestRecordedAtMs: 500 }),
    batch({ events: 0, oldestRecordedAtMs: null, failures: 2, dead: 1 }),
    new Error('away'),
  ]
  const world = scripted(script, { pauses: 1, onFault: (error) => faults.push(error) })
  await runOut(world)
  expect(world.settler.stats()).toEqual({
    settledEvents: 5,
    batches: 3,
    failedAttempts: 2,
    deadLetters: 1,
    lagP50Ms: 100,
    lagP99Ms: 500,
    lastError: { message: 'away', atMs: 1_000 },
    running: false,
  })
  expect(faults).toMatchObject([{ message: 'away' }])
})

test('a nudge ends a pause for want of work, not one for a store that is away', async () => {
  const ended: string[] = []
  const waits: { ms: number; wake: AbortSignal; end: () => void }[] = []
  const script: (BatchOutcome | Error)[] = [IDLE, batch(), new Error('away')]
  const settler = createSettler({
    nowMs: () => 0,
    settle: async () => {
      const next = script.shift() ?? IDLE
      if (next instanceof Error) throw next
      return next
    },
    pause: (ms, wake) =>
      new Promise((end) => {
        waits.push({ ms, wake, end })
        wake.addEventListener('abort', () => {
          ended.push(`${ms}`)
          end()
        })
      }),
  })
  settler.start()
  await expect.poll(() => waits.length).toBe(1)
  settler.nudge()
  await expect.poll(() => waits.length).toBe(2)
  expect(ended).toEqual(['20'])
  settler.nudge()
  expect(waits[1]).toMatchObject({ ms: 50, wake: { aborted: false } })
  await settler.stop()
  expect(settler.stats().running).toBe(false)
})

test('stop waits for the transaction under way', async () => {
  let finish: (outcome: BatchOutcome) => void = () => {}
  const settler = createSettler({
    nowMs: () => 0,
    settle: () =>
      new Promise((resolve) => {
        finish = resolve
      }),
  })
  settler.start()
  let stopped = false
  const stopping = settler.stop().then(() => {
    stopped = true
  })
  await Promise.resolve()
  expect(stopped).toBe(false)
  finish(batch())
  await stopping
  expect(settler.stats()).toMatchObject({ settledEvents: 3, running: false })
})

test.each([
  { size: 8, samples: [], p50: null, p99: null },
  { size: 8, samples: [7], p50: 7, p99: 7 },
  { size: 8, samples: [5, 1, 4, 2, 3], p50: 3, p99: 5 },
  { size: 4, samples: [100, 1, 2, 3, 4], p50: 2, p99: 4 },
  { size: 4, samples: [-5], p50: 0, p99: 0 },
])('the latest $size of $samples have a median of $p50', ({ size, samples, p50, p99 }) => {
  const lag = lagWindow(size)
  for (const sample of samples) lag.add(sample)
  expect([lag.quantile(0.5), lag.quantile(0.99)]).toEqual([p50, p99])
})
