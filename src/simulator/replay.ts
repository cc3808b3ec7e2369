import type { Spillway } from '../client/spillway.ts'
import type { AccessRequest, Granted } from '../client/types.ts'
import { type Assignment, assigner } from './assign.ts'
import { newGate } from './gate.ts'
import { paceOf, type Speed } from './pace.ts'
import type { SimulatedCustomer } from './population.ts'
import type { Provisioned } from './provision.ts'
import { seededRandom } from './random.ts'
import { countCapture, countDecision, countFailure, type Tally } from './tally.ts'
import type { TraceRow } from './trace.ts'

export interface ReplayOptions {
  readonly spillway: Spillway
  readonly rows: AsyncIterable<TraceRow>
  readonly population: readonly SimulatedCustomer[]
  readonly provisioned: Provisioned
  readonly seed: string
  /** Part of every idempotency key: the same run id asks for the same decisions again. */
  readonly runId: string
  readonly speed: Speed
  /** Requests in flight at most; beyond it the schedule slips, which is reported. */
  readonly concurrency: number
  readonly limit: number
  /** Output tokens reserved for every request; what a request uses above is drawn at its capture. */
  readonly maxOutputTokens: number
  readonly tally: Tally
  readonly onRow: () => void
  readonly signal: AbortSignal
}

/** One task in a hundred breaks off before it produced anything, and gives its hold back. */
const BREAKING = 0.01
/** Stops when the engine is gone: so many calls in a row without an answer. */
const LOST_AFTER = 200

/**
 * Drives the engine as its clients would: authorize an upper bound, work, capture what was used; open loop, at the
 * trace's times scaled by speed. Returns when every request that was started is finished; `lost` when it gave up.
 */
export async function replay(options: ReplayOptions): Promise<{ started: number; lost: boolean }> {
  const assign = assigner(options.population, options.seed)
  const pace = paceOf(options.speed)
  const gate = newGate(options.concurrency)
  const run = { failuresInARow: 0 }
  let started = 0
  for await (const row of options.rows) {
    if (options.signal.aborted || run.failuresInARow >= LOST_AFTER) break
    await pace.waitFor(row.atMs, options.signal)
    await gate.enter()
    options.tally.lateMs.add(pace.lateMs(row.atMs))
    started += 1
    void replayRow(options, row, assign(row.row), run).finally(() => {
      gate.leave()
      options.onRow()
    })
    // Before the next row is read: one that is not replayed is not counted.
    if (started >= options.limit) break
  }
  await gate.idle()
  return { started, lost: run.failuresInARow >= LOST_AFTER }
}

async function replayRow(
  options: ReplayOptions,
  row: TraceRow,
  assignment: Assignment,
  run: { failuresInARow: number },
): Promise<void> {
  const { spillway, tally } = options
  const customer = options.provisioned.get(assignment.customer.externalId)
  const idempotencyKey = `replay-${options.runId}-${row.row}`
  let step = 'authorize'
  try {
    if (customer === undefined) throw new Error(`customer ${assignment.customer.externalId} was not provisioned`)
    const startMs = performance.now()
    const decision = await spillway.authorize(requestFor(customer, row, assignment, options.maxOutputTokens), {
      idempotencyKey,
    })
    tally.authorizeMs.add(performance.now() - startMs)
    countDecision(tally, customer, decision)
    if (decision.outcome !== 'denied') {
      step = 'capture'
      await settle(options, row, { customer, decision })
    }
    run.failuresInARow = 0
  } catch (error) {
    run.failuresInARow += 1
    countFailure(tally, step, error)
  }
}

async function settle(
  options: ReplayOptions,
  row: TraceRow,
  given: { customer: string; decision: Granted },
): Promise<void> {
  const { spillway, tally } = options
  const { customer, decision } = given
  if (decision.hold === null) throw new Error(`${decision.id} was granted without a hold`)
  await work(row, options.speed)
  if (seededRandom(`${options.seed}/breaks/${row.row}`).chance(BREAKING)) {
    await spillway.release(decision.hold.id, { idempotencyKey: `${options.runId}-${row.row}-release` })
    tally.released += 1
    return
  }
  const startMs = performance.now()
  const usage = { input_tokens: row.contextTokens, output_tokens: row.generatedTokens }
  const capture = await spillway.capture(
    decision.hold.id,
    { usage },
    { idempotencyKey: `${options.runId}-${row.row}-capture` },
  )
  tally.captureMs.add(performance.now() - startMs)
  countCapture(tally, customer, capture)
}

function requestFor(customer: string, row: TraceRow, assignment: Assignment, maxOutputTokens: number): AccessRequest {
  return {
    customer,
    subject: assignment.subject,
    feature: assignment.feature,
    usage: { input_tokens: row.contextTokens, output_tokens: maxOutputTokens },
    attributes: { model: assignment.model },
    ttlSeconds: 600,
  }
}

/** 0.05 ms a token read, 15 ms a token written, scaled by the speed; nothing at full speed. */
async function work(row: TraceRow, speed: Speed): Promise<void> {
  if (speed === 'max') return
  const ms = (row.contextTokens * 0.05 + row.generatedTokens * 15) / speed
  if (ms >= 1) await new Promise((resolve) => setTimeout(resolve, ms))
}
