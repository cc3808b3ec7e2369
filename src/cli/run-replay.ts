import { randomUUID } from 'node:crypto'
import { Spillway } from '../client/spillway.ts'
import { collectCharges } from '../simulator/charges.ts'
import { generateTrace, GENERATOR_DEFAULTS } from '../simulator/generate-trace.ts'
import { nodeTransport } from '../simulator/node-transport.ts'
import type { Speed } from '../simulator/pace.ts'
import { makePopulation } from '../simulator/population.ts'
import { type Provisioned, provision } from '../simulator/provision.ts'
import { replay } from '../simulator/replay.ts'
import { makeReport, type ReplayFacts, type ReplayReport } from '../simulator/report.ts'
import { newTally, type Tally } from '../simulator/tally.ts'
import {
  newProgress,
  parseTrace,
  readTrace,
  type TraceProgress,
  type TraceRow,
  TraceUnreadable,
} from '../simulator/trace.ts'
import { CliFailure, EXIT } from './exit.ts'
import { progressLine } from './progress-line.ts'

export interface ReplaySource {
  readonly name: string
  readonly rows: AsyncIterable<TraceRow>
  readonly progress: TraceProgress
  /** Null: not known before the end. */
  readonly total: number | null
}

export interface ReplayRun {
  readonly source: ReplaySource
  readonly target: { readonly baseUrl: string; readonly key: string }
  readonly speed: Speed
  readonly customers: number
  readonly seed: string
  readonly concurrency: number
  readonly limit: number
  /** Named, it asks for the same decisions again. */
  readonly runId?: string
  readonly quiet: boolean
  note(text: string): void
  readonly signal: AbortSignal
  checkBooks(lost: boolean): Promise<ReplayFacts['verify']>
}

const MAX_OUTPUT_TOKENS = 512
const SETTLE_WITHIN_MS = 60_000

/** Drives an engine with a trace, waits until it is settled, checks the books, and says what happened. */
export async function runReplay(run: ReplayRun): Promise<ReplayReport> {
  const { source, target, note, seed, customers, speed, concurrency, limit } = run
  const { progress } = source
  const { transport, close } = nodeTransport(concurrency)
  const tally = newTally()
  try {
    const spillway = new Spillway({
      ...target,
      transport,
      attempts: 8,
      onRetry: () => {
        tally.retries += 1
      },
    })
    const population = makePopulation({ seed, customers })
    const atMs = await engineTime(target.baseUrl)
    const { provisioned, created } = await provisionAll(spillway, population, { ...run, atMs })
    const runId = run.runId ?? randomUUID().slice(0, 8)
    const line = progressLine('replay', run.quiet)
    const startMs = performance.now()
    const { started, lost } = await replay({
      spillway,
      rows: source.rows,
      population,
      provisioned,
      seed,
      runId,
      speed,
      concurrency,
      limit,
      maxOutputTokens: MAX_OUTPUT_TOKENS,
      tally,
      onRow: progressOf(line, progress, tally, { startMs, limit, rows: source.total }),
      signal: run.signal,
    })
    line.stop()
    const elapsedMs = performance.now() - startMs
    note(`${started} requests in ${(elapsedMs / 1_000).toFixed(1)} s; waiting for settlement`)
    const charges = await collectCharges({ spillway, captured: tally.capturedOf, waitMs: SETTLE_WITHIN_MS })
    const ended = lost ? 'lost' : run.signal.aborted ? 'interrupted' : 'complete'
    const verify = await run.checkBooks(lost)
    return makeReport({
      source: source.name,
      speed,
      seed,
      customers,
      created,
      runId,
      concurrency,
      progress,
      started,
      ended,
      elapsedMs,
      tally,
      charges,
      verify,
    })
  } finally {
    close()
  }
}

/** A file, or a made-up trace. The first row is read before anything is started, so that a wrong file is refused at once. */
export async function openSource(from: string | { seed: string; rows: number }): Promise<ReplaySource> {
  const progress = newProgress()
  const rows =
    typeof from === 'string'
      ? readTrace(from, progress)
      : parseTrace(generateTrace({ ...GENERATOR_DEFAULTS, ...from }), progress)
  try {
    const first = await rows.next()
    if (first.done)
      throw new CliFailure(
        EXIT.usage,
        `${typeof from === 'string' ? from : 'the made-up trace'}: has no request that can be read`,
        progress.broken.map(({ line, reason }) => `line ${line}: ${reason}`),
      )
    const [name, total] = typeof from === 'string' ? [from, null] : [`a made-up trace of ${from.rows}`, from.rows]
    return { name, rows: chain(first.value, rows), progress, total }
  } catch (error) {
    if (error instanceof TraceUnreadable) throw new CliFailure(EXIT.usage, error.message)
    throw error
  }
}

async function* chain(first: TraceRow, rest: AsyncIterable<TraceRow>): AsyncGenerator<TraceRow> {
  yield first
  yield* rest
}

async function provisionAll(
  spillway: Spillway,
  population: ReturnType<typeof makePopulation>,
  run: Pick<ReplayRun, 'concurrency' | 'quiet'> & { atMs: number },
): Promise<{ provisioned: Provisioned; created: number }> {
  const line = progressLine('customers', run.quiet)
  let created = 0
  let done = 0
  const provisioned = await provision(spillway, population, {
    concurrency: Math.min(16, run.concurrency),
    atMs: run.atMs,
    onDone: (isNew) => {
      done += 1
      if (isNew) created += 1
      line.update(done, population.length, `${done} of ${population.length}`)
    },
  })
  line.stop()
  return { provisioned, created }
}

/** The engine's clock, to the second, from its Date header; this machine's when it sends none. */
async function engineTime(baseUrl: string): Promise<number> {
  const answer = await fetch(new URL('/livez', baseUrl))
  await answer.arrayBuffer()
  return Date.parse(answer.headers.get('date') ?? '') || performance.timeOrigin + performance.now()
}

function progressOf(
  line: ReturnType<typeof progressLine>,
  progress: TraceProgress,
  tally: Tally,
  run: { startMs: number; limit: number; rows: number | null },
): () => void {
  let done = 0
  return () => {
    done += 1
    if (done % 50 !== 0) return
    const rate = Math.round(done / ((performance.now() - run.startMs) / 1_000))
    const note = `${done.toLocaleString('en-US')} requests · ${rate}/s · ${tally.outcomes.denied} denied`
    const known = run.limit < 1_000_000_000 ? run.limit : run.rows
    if (known !== null) line.update(done, known, note)
    else line.update(progress.charactersRead, progress.bytesTotal, note)
  }
}
