import { randomUUID } from 'node:crypto'
import { type Command, InvalidArgumentError } from 'commander'
import { Spillway } from '../../client/spillway.ts'
import { collectCharges } from '../../simulator/charges.ts'
import { generateTrace, GENERATOR_DEFAULTS } from '../../simulator/generate-trace.ts'
import { nodeTransport } from '../../simulator/node-transport.ts'
import { parseSpeed, type Speed } from '../../simulator/pace.ts'
import { makePopulation } from '../../simulator/population.ts'
import { printReport } from '../../simulator/print-report.ts'
import { type Provisioned, provision } from '../../simulator/provision.ts'
import { replay } from '../../simulator/replay.ts'
import { makeReport, replayPassed } from '../../simulator/report.ts'
import { newTally, type Tally } from '../../simulator/tally.ts'
import {
  newProgress,
  parseTrace,
  readTrace,
  type TraceProgress,
  type TraceRow,
  TraceUnreadable,
} from '../../simulator/trace.ts'
import { AnswerIsNo, CliFailure, EXIT } from '../exit.ts'
import { output } from '../output.ts'
import { whole } from '../parse.ts'
import { progressLine } from '../progress-line.ts'
import { startEngine } from '../start-engine.ts'
import { demoFile, engineTarget, isAlive } from '../target.ts'
import { verifySummary } from '../verify-summary.ts'

/** Rows of the made-up trace: a few seconds at full speed. */
const MADE_UP_ROWS = 2_000

interface Flags {
  speed: Speed
  customers: number
  seed: string
  concurrency: number
  limit: number
  generate?: number
  baseUrl?: string
  key?: string
  runId?: string
  verify: boolean
  json?: boolean
}

const MAX_OUTPUT_TOKENS = 512
const SETTLE_WITHIN_MS = 60_000

export function addReplay(program: Command): void {
  program
    .command('replay [file]')
    .description(
      'drive the engine with a recorded trace (columns TIMESTAMP, ContextTokens, GeneratedTokens), and prove the books after it',
    )
    .option('--speed <n|max>', 'times as fast as recorded', parseSpeedFlag, 'max' as Speed)
    .option('--customers <n>', 'customers that the requests are spread over', whole(1, 100_000), 200)
    .option('--seed <text>', 'another seed is another population, with fresh windows', parseSeed, '1')
    .option('--concurrency <n>', 'requests in flight at most', whole(1, 4_096), 64)
    .option('--limit <n>', 'requests at most', whole(1, 1_000_000_000), 1_000_000_000)
    .option(
      '--generate <rows>',
      `rows of the made-up trace that stands in without a file (${MADE_UP_ROWS})`,
      whole(1, 10_000_000),
    )
    .option('--base-url <url>', 'another engine than the one here; needs --key')
    .option('--key <secret>', 'service key with the scopes decide, read and manage (or SPILLWAY_KEY)')
    .option('--run-id <text>', 'name of the run: repeated, it asks for the same decisions again', parseRunId)
    .option('--no-verify', 'leave the books unchecked')
    .option('--json', 'machine form')
    .action(run)
}

async function run(file: string | undefined, flags: Flags): Promise<void> {
  const out = output(flags)
  const progress = newProgress()
  const source = await openSource(file, flags, progress)
  const target = await reachEngine(flags, out.note)
  const { transport, close } = nodeTransport(flags.concurrency)
  const tally = newTally()
  const abort = new AbortController()
  const interrupt = () => abort.abort()
  process.once('SIGINT', interrupt)
  try {
    const spillway = new Spillway({
      ...target,
      transport,
      attempts: 8,
      onRetry: () => {
        tally.retries += 1
      },
    })
    const population = makePopulation({ seed: flags.seed, customers: flags.customers })
    const atMs = await engineTime(target.baseUrl)
    const { provisioned, created } = await provisionAll(spillway, population, { ...flags, atMs })
    const runId = flags.runId ?? randomUUID().slice(0, 8)
    const line = progressLine('replay', out.json)
    const startMs = performance.now()
    const { started, lost } = await replay({
      spillway,
      rows: source.rows,
      population,
      provisioned,
      seed: flags.seed,
      runId,
      speed: flags.speed,
      concurrency: flags.concurrency,
      limit: flags.limit,
      maxOutputTokens: MAX_OUTPUT_TOKENS,
      tally,
      onRow: progressOf(line, progress, tally, {
        startMs,
        limit: flags.limit,
        rows: file === undefined ? (flags.generate ?? MADE_UP_ROWS) : null,
      }),
      signal: abort.signal,
    })
    line.stop()
    const elapsedMs = performance.now() - startMs
    out.note(`${started} requests in ${(elapsedMs / 1_000).toFixed(1)} s; waiting for settlement`)
    const charges = await collectCharges({ spillway, captured: tally.capturedOf, waitMs: SETTLE_WITHIN_MS })
    const ended = lost ? 'lost' : abort.signal.aborted ? 'interrupted' : 'complete'
    const verify = await checkBooks(flags, lost, out.note)
    const { seed, customers, speed, concurrency } = flags
    const report = makeReport({
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
    out.result(report, () => printReport(report))
    if (!replayPassed(report))
      throw new AnswerIsNo('the replay did not pass: see the report', lost ? EXIT.unreachable : EXIT.no)
  } finally {
    process.removeListener('SIGINT', interrupt)
    close()
    await target.stop()
  }
}

/** The first row is read before anything is started, so that a wrong file is refused at once. */
async function openSource(
  file: string | undefined,
  flags: Flags,
  progress: TraceProgress,
): Promise<{ name: string; rows: AsyncIterable<TraceRow> }> {
  if (file !== undefined && flags.generate !== undefined)
    throw new CliFailure(EXIT.usage, 'give either a file or --generate, not both')
  const madeUp = flags.generate ?? MADE_UP_ROWS
  const rows =
    file === undefined
      ? parseTrace(generateTrace({ ...GENERATOR_DEFAULTS, seed: flags.seed, rows: madeUp }), progress)
      : readTrace(file, progress)
  try {
    const first = await rows.next()
    if (first.done)
      throw new CliFailure(
        EXIT.usage,
        `${file}: has no request that can be read`,
        progress.broken.map(({ line, reason }) => `line ${line}: ${reason}`),
      )
    return { name: file ?? `a made-up trace of ${madeUp}`, rows: chain(first.value, rows) }
  } catch (error) {
    if (error instanceof TraceUnreadable) throw new CliFailure(EXIT.usage, error.message)
    throw error
  }
}

async function* chain(first: TraceRow, rest: AsyncIterable<TraceRow>): AsyncGenerator<TraceRow> {
  yield first
  yield* rest
}

async function reachEngine(
  flags: Flags,
  note: (text: string) => void,
): Promise<{ baseUrl: string; key: string; stop(): Promise<void> }> {
  const target = await engineTarget(flags)
  if (target !== null && (await isAlive(target.baseUrl))) return { ...target, stop: async () => {} }
  if (flags.baseUrl !== undefined) throw new CliFailure(EXIT.unreachable, `no engine answers at ${flags.baseUrl}`)
  note('no engine is running here: starting one, without its portal')
  const started = await startEngine({ fresh: false })
  return { baseUrl: started.baseUrl, key: started.serviceKey, stop: started.stop }
}

async function provisionAll(
  spillway: Spillway,
  population: ReturnType<typeof makePopulation>,
  flags: Flags & { atMs: number },
): Promise<{ provisioned: Provisioned; created: number }> {
  const line = progressLine('customers', flags.json === true)
  let created = 0
  let done = 0
  const provisioned = await provision(spillway, population, {
    concurrency: Math.min(16, flags.concurrency),
    atMs: flags.atMs,
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

async function checkBooks(flags: Flags, lost: boolean, note: (text: string) => void) {
  if (!flags.verify) return { skipped: '--no-verify' }
  if (lost) return { skipped: 'the engine is gone' }
  const databaseUrl =
    flags.baseUrl === undefined ? ((await demoFile())?.databaseUrl ?? null) : (process.env['DATABASE_URL'] ?? null)
  if (databaseUrl === null) return { skipped: 'the database is not known here: run `spillway verify` beside it' }
  note('verifying the books')
  return verifySummary(databaseUrl)
}

function parseSpeedFlag(text: string): Speed {
  const speed = parseSpeed(text)
  if (speed === null) throw new InvalidArgumentError('Give a number above 0, such as 60, or max.')
  return speed
}

function parseSeed(text: string): string {
  if (/^[a-z0-9-]{1,24}$/.test(text)) return text
  throw new InvalidArgumentError('Use 1 to 24 small letters, digits and dashes: it is part of every external id.')
}

function parseRunId(text: string): string {
  if (/^[A-Za-z0-9-]{1,64}$/.test(text)) return text
  throw new InvalidArgumentError('Use 1 to 64 letters, digits and dashes: it is part of every idempotency key.')
}
