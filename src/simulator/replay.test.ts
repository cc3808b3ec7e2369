import { afterEach, describe, expect, it } from 'vitest'
import { Spillway } from '../client/spillway.ts'
import { collectCharges } from './charges.ts'
import { generateTrace, GENERATOR_DEFAULTS } from './generate-trace.ts'
import { nodeTransport } from './node-transport.ts'
import { makePopulation } from './population.ts'
import { printReport } from './print-report.ts'
import { provision } from './provision.ts'
import { replay } from './replay.ts'
import { makeReport, replayPassed } from './report.ts'
import { newTally } from './tally.ts'
import { type Fault, startFakeEngine } from './testing/fake-engine.ts'
import { newProgress, parseTrace } from './trace.ts'

const closers: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

const ROWS = 400
const population = makePopulation({ seed: 't', customers: 12 })

async function world(options: { budget?: bigint; faults?: readonly Fault[] } = {}) {
  const engine = await startFakeEngine({ budget: options.budget ?? 10n ** 12n, faults: options.faults ?? [] })
  const { transport, close } = nodeTransport(16)
  closers.push(engine.stop, close)
  const tally = newTally()
  const onRetry = () => {
    tally.retries += 1
  }
  const spillway = new Spillway({ baseUrl: engine.baseUrl, key: 'k', transport, attempts: 4, onRetry })
  let created = 0
  const onDone = (isNew: boolean) => {
    if (isNew) created += 1
  }
  const provisionAgain = () => provision(spillway, population, { concurrency: 4, atMs: Date.now(), onDone })
  const provisioned = await provisionAgain()
  const run = (more: { limit?: number; concurrency?: number; signal?: AbortSignal; runId?: string } = {}) => {
    const progress = newProgress()
    const rows = parseTrace(generateTrace({ ...GENERATOR_DEFAULTS, seed: 't', rows: ROWS }), progress)
    const bounds = { concurrency: 16, limit: ROWS, runId: 'r1', signal: new AbortController().signal, ...more }
    return replay({
      spillway,
      rows,
      population,
      provisioned,
      seed: 't',
      speed: 'max',
      maxOutputTokens: 512,
      tally,
      onRow: () => {},
      ...bounds,
    })
  }
  return { engine, spillway, tally, provisioned, provisionAgain, created: () => created, run }
}

describe('provisioning', () => {
  it('makes each customer once, however often it is done', async () => {
    const { engine, provisioned, provisionAgain, created } = await world()
    expect(created()).toBe(12)
    expect(await provisionAgain()).toEqual(provisioned)
    expect(created()).toBe(12)
    expect(engine.customers.size).toBe(12)
    expect(engine.grants).toHaveLength(population.reduce((sum, customer) => sum + customer.grants.length, 0))
  })
})

describe('a replay', () => {
  it('settles every grant: captured or released, nothing left held', async () => {
    const { engine, tally, run } = await world()
    expect(await run()).toEqual({ started: ROWS, lost: false })
    expect(tally.outcomes).toEqual({ allowed: ROWS, partial: 0, denied: 0 })
    expect(tally.captures.count + tally.released).toBe(ROWS)
    expect(tally.released).toBeGreaterThan(0)
    expect(engine.openHolds()).toBe(0)
    expect(tally.failures.count).toBe(0)
  })

  it('never has more in flight than it may', async () => {
    const { engine, run } = await world()
    const before = engine.mostInFlight()
    await run({ concurrency: 3 })
    expect(engine.mostInFlight()).toBeLessThanOrEqual(Math.max(before, 3))
  })

  it('counts denials by reason and windows that ran out', async () => {
    const { tally, run } = await world({ budget: 60_000n })
    await run()
    expect(tally.outcomes.denied).toBeGreaterThan(0)
    expect(tally.outcomes.allowed + tally.outcomes.denied).toBe(ROWS)
    expect(tally.reasons.get('included_exhausted')).toBe(tally.outcomes.denied)
    expect(tally.statuses.get(429)).toBe(tally.outcomes.denied)
  })

  it.each<[string, Fault[]]>([
    ['busy at authorize', [{ path: '/decisions', call: 7, kind: 'busy' }]],
    ['answer of authorize lost', [{ path: '/decisions', call: 9, kind: 'cut' }]],
    ['answer of capture lost', [{ path: '/holds', call: 5, kind: 'cut' }]],
  ])('charges once through a fault: %s', async (_, faults) => {
    const { engine, spillway, tally, run } = await world({ faults })
    await run()
    expect(tally.retries).toBe(1)
    expect(tally.failures.count).toBe(0)
    expect(engine.openHolds()).toBe(0)
    const charges = await collectCharges({ spillway, captured: tally.capturedOf, waitMs: 0 })
    expect(charges.events).toBe(tally.captures.count)
    expect(charges.cost).toBe(tally.captures.cost)
    expect(charges.behind).toEqual([])
  })

  it('asks for the same decisions again under the same run id', async () => {
    const { spillway, tally, run } = await world()
    await run()
    const first = await collectCharges({ spillway, captured: tally.capturedOf, waitMs: 0 })
    await run()
    const second = await collectCharges({ spillway, captured: new Map(tally.capturedOf), waitMs: 0 })
    expect(second.events).toBe(first.events)
    expect(second.cost * 2n).toBe(tally.captures.cost)
  })

  it('stops at its limit', async () => {
    const { run, tally } = await world()
    expect((await run({ limit: 25 })).started).toBe(25)
    expect(tally.outcomes.allowed).toBe(25)
  })

  it('starts nothing when it was stopped before', async () => {
    const { run } = await world()
    expect((await run({ signal: AbortSignal.abort() })).started).toBe(0)
  })

  it('gives up when the engine is gone, with the failures it saw', async () => {
    const engine = await startFakeEngine({ budget: 0n, dead: true })
    const { transport, close } = nodeTransport(16)
    closers.push(engine.stop, close)
    const tally = newTally()
    const spillway = new Spillway({ baseUrl: engine.baseUrl, key: 'k', transport, attempts: 1 })
    const rows = parseTrace(generateTrace({ ...GENERATOR_DEFAULTS, rows: 5_000 }), newProgress())
    const provisioned = new Map(population.map((customer) => [customer.externalId, 'cus_x']))
    const bounds = {
      concurrency: 16,
      limit: 5_000,
      runId: 'r',
      signal: new AbortController().signal,
      speed: 'max' as const,
    }
    const result = await replay({
      spillway,
      rows,
      population,
      provisioned,
      seed: 't',
      maxOutputTokens: 1,
      tally,
      onRow: () => {},
      ...bounds,
    })
    expect(result.lost).toBe(true)
    expect(result.started).toBeLessThan(300)
    expect(tally.failures.samples.length).toBeLessThanOrEqual(5)
  })
})

describe('the report', () => {
  it('adds up, passes, and fits on a terminal', async () => {
    const { spillway, tally, run } = await world({ budget: 200_000n })
    const { started } = await run()
    const charges = await collectCharges({ spillway, captured: tally.capturedOf, waitMs: 0 })
    const progress = { ...newProgress(), rows: ROWS, skipped: 1, broken: [{ line: 7, reason: 'why' }] }
    const facts = {
      source: 'x.csv',
      speed: 'max',
      seed: 't',
      customers: 12,
      created: 12,
      runId: 'r1',
      concurrency: 16,
      progress,
      started,
      elapsedMs: 1_000,
    } as const
    const report = makeReport({
      ...facts,
      ended: 'complete',
      tally,
      charges,
      verify: { unexplained: 0, summary: 'all hold' },
    })
    expect(replayPassed(report)).toBe(true)
    expect(replayPassed({ ...report, verify: { unexplained: 1, summary: '' } })).toBe(false)
    expect(replayPassed({ ...report, failures: { count: 1, samples: [] } })).toBe(false)
    expect(replayPassed({ ...report, run: { ...report.run, ended: 'interrupted' } })).toBe(false)
    expect(JSON.parse(JSON.stringify(report))).toMatchObject({
      charged: { equalsCaptured: true, credits: '0' },
      input: { skipped: 1 },
    })
    const text = printReport(report)
    expect(text).toContain('line 7: why')
    expect(text).toContain('included_exhausted')
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120)
  })
})
