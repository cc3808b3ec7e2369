import { type Command, InvalidArgumentError } from 'commander'
import { spillwayHome } from '../../simulator/demo-file.ts'
import { parseSpeed, type Speed } from '../../simulator/pace.ts'
import { printReport } from '../../simulator/print-report.ts'
import { replayPassed } from '../../simulator/report.ts'
import { AnswerIsNo, CliFailure, EXIT } from '../exit.ts'
import { output } from '../output.ts'
import { whole } from '../parse.ts'
import { openSource, runReplay } from '../run-replay.ts'
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
  if (file !== undefined && flags.generate !== undefined)
    throw new CliFailure(EXIT.usage, 'give either a file or --generate, not both')
  const source = await openSource(file ?? { seed: flags.seed, rows: flags.generate ?? MADE_UP_ROWS })
  const target = await reachEngine(flags, out.note)
  const abort = new AbortController()
  const interrupt = () => abort.abort()
  process.once('SIGINT', interrupt)
  try {
    const report = await runReplay({
      ...flags,
      source,
      target,
      quiet: out.json,
      note: out.note,
      signal: abort.signal,
      checkBooks: (lost) => checkBooks(flags, lost, out.note),
    })
    out.result(report, () => printReport(report))
    if (!replayPassed(report))
      throw new AnswerIsNo(
        'the replay did not pass: see the report',
        report.run.ended === 'lost' ? EXIT.unreachable : EXIT.no,
      )
  } finally {
    process.removeListener('SIGINT', interrupt)
    await target.stop()
  }
}

async function reachEngine(
  flags: Flags,
  note: (text: string) => void,
): Promise<{ baseUrl: string; key: string; stop(): Promise<void> }> {
  const target = await engineTarget(flags)
  if (target !== null && (await isAlive(target.baseUrl))) return { ...target, stop: async () => {} }
  if (flags.baseUrl !== undefined) throw new CliFailure(EXIT.unreachable, `no engine answers at ${flags.baseUrl}`)
  note('no engine is running here: starting one, without its portal')
  const started = await startEngine({ home: spillwayHome() })
  return { baseUrl: started.baseUrl, key: started.serviceKey, stop: started.stop }
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
