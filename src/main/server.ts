import { pino } from 'pino'
import { createLogger } from '../adapters/system/logger.ts'
import { type Config, readConfig } from './config.ts'
import { CannotListen, start } from './start.ts'

/** sysexits.h EX_CONFIG: starting again changes nothing until somebody changes the settings. */
const EXIT_CONFIG = 78
const EXIT_FAILED = 1
const EXIT_FORCED = 130
const STANDARD_ERROR = 2

/**
 * The process: settings, start, and the way out. Standard output carries one line, `ready <address>`; everything else
 * goes to standard error.
 */
async function main(): Promise<void> {
  // what libraries print is no part of the one line
  console.log = console.error
  const reading = readConfig(process.env)
  if (!reading.ok) {
    complain(['These settings cannot be used:', ...reading.problems.map((problem) => `  ${problem}`)])
    process.exit(EXIT_CONFIG)
  }
  const { config } = reading
  const log = createLogger({ level: config.logLevel }, pino.destination(STANDARD_ERROR))
  const leaving = new AbortController()
  const say = steps(config)
  let end = (): void => leaving.abort()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (leaving.signal.aborted) process.exit(EXIT_FORCED)
      say(`${signal}: leaving (again to force it)`)
      leaving.abort()
      end()
    })
  }

  try {
    const running = await start(config, { log, say, signal: leaving.signal })
    end = () => void running.stop().then(() => process.exit(0))
    if (leaving.signal.aborted) return end()
    process.stdout.write(`ready ${running.address}\n`)
  } catch (fault) {
    if (leaving.signal.aborted) process.exit(0)
    if (fault instanceof CannotListen) {
      complain([fault.message])
      process.exit(EXIT_CONFIG)
    }
    log.fatal({ err: fault }, 'could not start')
    complain([`Could not start: ${fault instanceof Error ? fault.message : String(fault)}`])
    process.exit(EXIT_FAILED)
  }
}

/** Steps with the time since the start of the process, for the person who waits. */
function steps({ logLevel }: Config): (step: string) => void {
  if (logLevel === 'silent') return () => {}
  return (step) => process.stderr.write(`spillway  ${(performance.now() / 1000).toFixed(1).padStart(5)} s  ${step}\n`)
}

function complain(lines: readonly string[]): void {
  process.stderr.write(`${lines.join('\n')}\n`)
}

void main()
